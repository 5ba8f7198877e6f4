/*
 * Makes the stack of a service, which is the rules of its files in the order in
 * which they are run, and finds what may come of them. It follows pam.d(5),
 * with the includes of Linux-PAM 1.4 to 1.7. Pure: the caller reads the files.
 */
#ifndef VNS_STACK_H
#define VNS_STACK_H

#include "pamd/parse.h"

#include <stdint.h>

/*
 * Reads a file by its name as it is in an include: a service, or an absolute
 * path. Returns 0 and both strings, which the caller frees, or a negative
 * errno.
 */
typedef int vns_pamstack_reader(void *context, const char *name, char **path,
				char **text, size_t *length,
				struct vns_error *err);

/* One rule of the stack. A substack is a rule, too, before those in it. */
struct vns_pamstack_rule {
	const struct vns_pamstack_line *line;
	const struct vns_pamstack_file *file;
	/*
	 * Why the rule fails whenever it is run, or NULL: its line is broken,
	 * or is an include whose file cannot be read, is broken itself, or is
	 * one too many.
	 */
	char *wrong;
	unsigned depth; /* number of includes and substacks around it */
	unsigned level; /* number of substacks around it */
};

struct vns_pamstack {
	struct vns_pamstack_rule *rules; /* in the order they are run */
	size_t count;
	struct vns_pamstack_file **files; /* the service's own is the first */
	size_t files_count;
};

/*
 * Makes the stack of a service. It is an error if the service's own file cannot
 * be read, or if there is no end of files.
 */
int vns_pamstack_resolve(const char *service, enum vns_pamstack_type type,
			 vns_pamstack_reader *read, void *context,
			 struct vns_pamstack **stack, struct vns_error *err);
void vns_pamstack_free(struct vns_pamstack *stack);

/*
 * What a rule's module may return, as a set of bits 1 << code. This is not
 * asked for broken rules.
 */
#define VNS_PAMSTACK_SUCCEEDS (UINT32_C(1) << VNS_PAMSTACK_SUCCESS)
#define VNS_PAMSTACK_FAILS \
	(~(VNS_PAMSTACK_SUCCEEDS | UINT32_C(1) << VNS_PAMSTACK_IGNORED))
typedef uint32_t vns_pamstack_outcome(void *context,
				      const struct vns_pamstack_rule *rule);

/*
 * Whether the stack can succeed with these outcomes: "with" if a rule by which
 * module places users was run, "without" if none was. If module is NULL, none
 * ever is.
 */
struct vns_pamstack_verdict {
	bool with, without;
};
struct vns_pamstack_verdict
vns_pamstack_evaluate(const struct vns_pamstack *stack, const char *module,
		      vns_pamstack_outcome *outcome, void *context);

/* Returns the first rule of module that can be run, or NULL. */
const struct vns_pamstack_rule *
vns_pamstack_reached(const struct vns_pamstack *stack, const char *module,
		     vns_pamstack_outcome *outcome, void *context);

/*
 * Returns where a jump from a rule leads; *found is whether the stack has so
 * many rules.
 */
size_t vns_pamstack_find_jump(const struct vns_pamstack *stack, size_t at,
			      int jump, bool *found);

static inline void vns_pamstack_autofree(struct vns_pamstack **stack)
{
	vns_pamstack_free(*stack);
}
#define VNS_AUTOPAMSTACK __attribute__((cleanup(vns_pamstack_autofree)))

#endif
