/*
 * Rules about the variables that a session gets: the values of "environment" in
 * a definition (pam_vns.conf(5)), and what holds without one. Pure: it reads no
 * environment.
 */
#ifndef VNS_ENVRULE_H
#define VNS_ENVRULE_H

#include "lib/util.h"

#include <stdbool.h>
#include <stddef.h>

/* A rule is shorter, in bytes, also when names have been put into its value. */
#define VNS_ENVRULE_SIZE 4096
/* So many rules of that size fit into an answer of the keeper. */
#define VNS_ENVRULE_MAX 200

enum vns_envrule_kind {
	VNS_ENVRULE_SET,  /* "NAME=value" */
	VNS_ENVRULE_KEEP, /* "keep NAME" or "keep START*" */
	VNS_ENVRULE_DROP, /* "drop NAME" or "drop START*" */
};

/* All strings point into the text that was parsed. */
struct vns_envrule {
	enum vns_envrule_kind kind;
	const char *name; /* of this length */
	size_t length;
	bool begins; /* it is how names begin */
};

/* Returns false if the text is no rule. */
bool vns_envrule_parse(const char *text, struct vns_envrule *rule);

/*
 * Returns NULL, or what is wrong with a rule that an administrator has written
 * ("must be ...").
 */
const char *vns_envrule_wrong(const char *text);

/*
 * Whether two rules say something of the same name: then one of them is in
 * vain. "drop A*" and "keep AB" have different names.
 */
bool vns_envrule_same(const char *one, const char *other);

/*
 * Says how the PAM environment of a session that enters a vserver is to be
 * changed: appends "NAME" for each variable of it that is dropped, and
 * "NAME=value" for each that is set, in this order. environment is what it has
 * now; of the "keep" and "drop" rules, the first that fits a variable decides,
 * and without one, variables that name something on the host are dropped. What
 * is no rule is passed over.
 *
 * callers is the environment of the calling process, which su without "-" hands
 * on: where that would bring another directory for temporary files back, the
 * variable is set to "/tmp".
 *
 * Returns 0 or -ENOMEM.
 */
int vns_envrule_change(const struct vns_strings *rules,
		       const struct vns_strings *environment,
		       char *const *callers, struct vns_strings *changes);

/*
 * Sets the variables of the "NAME=value" rules in an environment. Returns 0 or
 * -ENOMEM.
 */
int vns_envrule_set(const struct vns_strings *rules,
		    struct vns_strings *environment);

#endif
