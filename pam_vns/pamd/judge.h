/*
 * Judges who gets past the lines of pam.d(5). "vns enable", its dry run and
 * "vns doctor" share this one judgement. Pure: it opens no files.
 */
#ifndef VNS_JUDGE_H
#define VNS_JUDGE_H

#include "pamd/stack.h"

#define VNS_JUDGE_MODULE "pam_vns.so"

/*
 * Returns why a service, or a file that services include, must not have lines
 * of our module; NULL if it may.
 */
const char *vns_judge_refused(const char *service);

/*
 * Whether a user whose uid is not 0 can pass the stack although no rule of our
 * module that places users was run. *by is then the first rule that can have
 * caused it, or NULL where no rule in the stack has.
 */
bool vns_judge_passes_by(const struct vns_pamstack *stack,
			 const struct vns_pamstack_rule **by);

/*
 * Whether such a user can pass the stack although our module refuses the user.
 */
bool vns_judge_passes_refused(const struct vns_pamstack *stack);

/*
 * Whether a line of our module lets the stack go on when the module refuses, or
 * is missing: whoever is then let in is let in by the other lines.
 */
bool vns_judge_is_weak(const struct vns_pamstack_line *line);

/*
 * Whether an account stack has a rule by which a password that has expired in
 * shadow(5) has to be changed, whoever has authenticated by what:
 * pam_unix(8), unless "no_pass_expiry" or the control field take that back.
 */
bool vns_judge_expires(const struct vns_pamstack *account);

/*
 * What a module that is not missing may return to root (vns_pamstack_outcome).
 */
uint32_t vns_judge_root(const struct vns_pamstack_line *line);

/*
 * Whether both stacks are as pam_vns(8) wants them: nobody whose uid is not 0
 * gets past our module, and no session line comes after it. Returns 0, or
 * -EINVAL and what is wrong.
 */
int vns_judge_check(const struct vns_pamstack *account,
		    const struct vns_pamstack *session, struct vns_error *err);

#endif
