/*
 * Makes the rules about a session's variables of what a definition says. Pure:
 * it reads no environment.
 */
#ifndef VNS_ENVIRONMENT_H
#define VNS_ENVIRONMENT_H

#include "config/types.h"

#include <pwd.h>

/*
 * Appends the definition's rules (lib/envrule.h) to rules, with names put into
 * the values: %n and %i as in a template, %u and %U for the user's name and
 * number. Returns 0, -ENOMEM, or -EINVAL or -ENAMETOOLONG if a value cannot be
 * had (lib/subst.h).
 */
int vns_environment_expand(const struct vns_vserver *vserver,
			   const struct passwd *user, struct vns_strings *rules,
			   struct vns_error *err);

#endif
