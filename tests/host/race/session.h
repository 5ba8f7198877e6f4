/* Begins a session in a child process, listens to it, and ends it. */
#ifndef SESSION_H
#define SESSION_H

#include "judge.h"

struct shared {
	bool counts; /* system calls of the child are those of the module */
	/* How often all that is in the vserver has been ended. */
	long ends_begun, ends_done;
};
extern struct shared *shared;

/* Opens a session in a child, which stops at the point of that number. */
void begin_session(struct session *session, long at);

/*
 * Waits for the result, acting once where the child stops. Returns false if the
 * child is dead.
 */
bool hear(struct session *session, struct result *result);

/* Ends the child, and returns its status (waitpid(2)). */
int end_session(struct session *session);

#endif
