/*
 * Asks the keeper, "vns keeper", about a login: the decision, the lookups and
 * the preparation are made by that process, in an environment of its own. Where
 * no keeper runs, one is started.
 */
#ifndef VNS_INQUIRE_H
#define VNS_INQUIRE_H

#include "lib/log.h"
#include "system/place.h"
#include "wire/answer.h"
#include "wire/ask.h"

/* The size of an attempt's name: the time that it began at. */
#define VNS_INQUIRE_ATTEMPT 40

struct vns_inquiry {
	struct vns_answer answer;
	struct vns_answer identity; /* after vns_inquire_identity */
	struct vns_place place; /* with VNS_ANSWER_PLACE, as are the next two */
	int cwd;		/* -1: the session begins in "/" */
	int cgroup;		/* cgroup.procs; -1: not moved */
	/*
	 * With VNS_ANSWER_PLACE: the session lasts as long as this is open
	 * somewhere. With VNS_ANSWER_STAY and VNS_ANSWER_MAY: the next question
	 * of the same login may be asked on it, within a second. Otherwise -1.
	 */
	int connection;

	/* What is asked anew if the keeper goes away before the identity. */
	struct vns_ask ask;
	int terminal;
	char attempt[VNS_INQUIRE_ATTEMPT];
	bool begun;   /* that would repeat what must not be repeated */
	int64_t late; /* or that comes too late */
};
#define VNS_INQUIRY_NONE                                \
	((struct vns_inquiry){ .place = VNS_PLACE_NONE, \
			       .cwd = -1,               \
			       .cgroup = -1,            \
			       .connection = -1 })

/*
 * Asks, and waits for the answer. terminal is the descriptor of ask->terminal,
 * or -1. kept is what an earlier question of this process has left in
 * connection, or -1; it is taken from the caller. The descriptors of a place
 * have been checked (vet.h). On failure the login has to be refused, and
 * nothing is left open.
 */
int vns_inquire(const struct vns_ask *ask, int terminal, int kept,
		struct vns_inquiry *inquiry, struct vns_error *err);

/*
 * Waits for what the process is to know in the place of the answer. Returns
 * -EACCES if the keeper refuses the login after all: answer is the refusal.
 */
int vns_inquire_identity(struct vns_inquiry *inquiry, struct vns_error *err);

/*
 * To be called if the place of an answer could not be entered because the
 * vserver was stopped at this moment, and answer.restarts is set: asks for
 * another place on the same connection.
 */
int vns_inquire_again(struct vns_inquiry *inquiry, struct vns_error *err);

/*
 * To be called if vns_inquire_identity has returned -EPIPE: asks for the place
 * once more, of the next keeper; the caller of vns_inquire still has all that
 * it asked with. Returns -EPIPE if hooks may have been run, or if the answer
 * has been waited for so long that the next one would hang, too.
 */
int vns_inquire_anew(struct vns_inquiry *inquiry, struct vns_error *err);

/* Writes the lines that the keeper has for the log of this login. */
void vns_inquire_log(const struct vns_inquiry *inquiry,
		     const struct vns_log *log);

/* Tells the keeper that the session has entered the place. */
void vns_inquire_entered(const struct vns_inquiry *inquiry);

void vns_inquire_end(struct vns_inquiry *inquiry);
#define VNS_AUTOINQUIRY __attribute__((cleanup(vns_inquire_end)))

#endif
