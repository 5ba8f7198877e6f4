/*
 * What has become of a session: it is in one of the places where it may be,
 * wholly, or refused, with everything as it was.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "change.h"
#include "fault.h"

#include <security/pam_appl.h>

/* What the session's process tells of its opening. */
struct result {
	int rc;
	long points;
	int dumpable;
	char locale[32];
	char reason[512];
	char changed[1024];
};

struct session {
	pid_t pid;
	int pidfd;
	int channel;
	int listener;
	bool acted;
	bool outside; /* when that happened */
	long at;
	/* What is not as it should be, unless it turns out to be dying. */
	char doubt[512];
};

struct tally {
	long opened, inside[PLACES], refused, late, killed, ended, wrong;
};
extern struct tally tally;
extern struct fault *fault; /* where system calls fail */
extern pam_handle_t *pamh;

/* Counts a session that is not as it should be, and says what is wrong. */
void wrong(const struct session *session, const char *what, const char *more);

/* Whoever was inside when the vserver ended has ended with it. */
void check_end(const struct session *session);

/* A session that was opened. */
void judge_success(struct session *session, const struct result *result);

/* A session that was refused. */
void judge_refusal(struct session *session, const struct result *result);

/* A process that has ended instead. */
void judge_end(const struct session *session, int status);

#endif
