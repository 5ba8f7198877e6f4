/*
 * Takes the questions that a module asks, one after the other, on its
 * connection.
 */
#ifndef VNS_QUESTION_H
#define VNS_QUESTION_H

#include "system/channel.h"
#include "system/process.h"
#include "wire/ask.h"

struct vns_question {
	struct vns_ask ask;
	struct vns_strings fields;	  /* own the strings of ask */
	struct vns_channel_extras extras; /* the terminal came along */
};

/*
 * Refuses to serve who is not root, and opens the process that has connected,
 * which asks all the questions. In *replaced it says whether the process is not
 * in this PID namespace, and needs a keeper outside of it.
 */
int vns_question_peer(int connection, struct vns_process *leader,
		      bool *replaced, struct vns_error *err);

/*
 * Takes a question; the module sends the first one at once. Returns -ENODATA if
 * it has closed the connection, and asks nothing. In *replaced it says whether
 * the module is newer than this keeper. An older one has been told that it is
 * refused. question must be empty, and the caller frees it also after a
 * failure.
 */
int vns_question_take(int connection, struct vns_question *question,
		      bool *replaced, struct vns_error *err);

void vns_question_free(struct vns_question *question);

/*
 * Waits for another question of the same login: the account phase and a line
 * with "placed?" are followed by the session at once, or never. It does not
 * wait for a login that takes its time, or once the keeper, whose pidfd is
 * given, has ended: the module then asks on a new connection.
 */
bool vns_question_follows(int connection, int keeper);

#endif
