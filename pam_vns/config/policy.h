/*
 * Decides which rule a login falls under, and what that means. Pure: it opens
 * no files.
 */
#ifndef VNS_POLICY_H
#define VNS_POLICY_H

#include "config/types.h"
#include "lib/who.h"

/*
 * Questions about groups, asked only when a rule needs the answer. Each
 * function returns 0 or a negative errno with err filled. A group that does not
 * exist is no error: nobody is a member of it.
 */
struct vns_policy_groups {
	int (*member)(void *context, const char *group, bool *is_member,
		      struct vns_error *err);
	int (*primary_name)(void *context, const char **name,
			    struct vns_error *err);
	void *context;
};

struct vns_decision {
	enum vns_target target;
	vns_name vserver;	     /* with VNS_TARGET_VSERVER */
	const char *rule;	     /* "default" where no rule matched */
	const char *message;	     /* for the user if denied, or NULL */
	unsigned long max_sessions;  /* the rule's, or 0 */
	const struct vns_hook *open; /* the rule's hook, or NULL */
	const struct vns_hook *close;
};

/*
 * Tries the user's own rule (own, may be NULL) first, then config's rules in
 * order; the first rule that matches decides. uid 0 is matched only by a rule
 * whose users have its name written out, and the default leaves uid 0 on the
 * host. who->user is as the account database spells it; a field of who that is
 * not known matches only what matches "". The decision points into own and
 * config.
 */
int vns_policy_decide(const struct vns_config *config,
		      const struct vns_config *own, const struct vns_who *who,
		      unsigned long uid, const struct vns_policy_groups *groups,
		      struct vns_decision *decision, struct vns_error *err);

/*
 * Whether there is a login of the user's that a rule, their own or config's,
 * places into the vserver. It is not known of which service, terminal and
 * remote host, and rules before that one are not looked at.
 */
int vns_policy_reaches(const struct vns_config *config,
		       const struct vns_config *own, const char *user,
		       unsigned long uid,
		       const struct vns_policy_groups *groups,
		       const char *vserver, bool *reaches,
		       struct vns_error *err);

#endif
