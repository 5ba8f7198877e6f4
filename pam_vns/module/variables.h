/*
 * Decides how the PAM environment changes for a session that enters a vserver.
 */
#ifndef VNS_VARIABLES_H
#define VNS_VARIABLES_H

#include "wire/answer.h"

/*
 * Fills changes with what pam_putenv(3) is to be called with, by the rules of
 * the answer (vns_envrule_change). environment is what pam_getenvlist(3) has
 * returned, which is freed. Returns 0 or -ENOMEM.
 */
int vns_variables_change(const struct vns_answer *answer, char **environment,
			 struct vns_strings *changes);

#endif
