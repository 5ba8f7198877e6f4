/* Puts the names of the vserver and of the user into values of variables. */
#include "config/environment.h"

#include "lib/envrule.h"
#include "lib/subst.h"

#include <errno.h>
#include <stdio.h>

int vns_environment_expand(const struct vns_vserver *vserver,
			   const struct passwd *user, struct vns_strings *rules,
			   struct vns_error *err)
{
	char uid[24], rule[VNS_ENVRULE_SIZE];
	const struct vns_subst table[] = {
		{ 'n', vserver->name, false },
		{ 'i', vserver->instance, false },
		{ 'u', user->pw_name, true },
		{ 'U', uid, false },
		{ 0, NULL, false },
	};
	size_t i;

	snprintf(uid, sizeof(uid), "%lu", (unsigned long)user->pw_uid);
	for (i = 0; i < vserver->environment.count; i++) {
		int rc = vns_subst_expand(vserver->environment.items[i], table,
					  rule, sizeof(rule), err);

		if (rc < 0) {
			vns_error_context(err, "environment");
			return rc;
		}
		if (vns_strings_add(rules, rule) < 0)
			return vns_error_memory(err);
	}
	return 0;
}
