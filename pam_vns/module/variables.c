/* Looks at the calling process's own environment, too, without changing it. */
#include "module/variables.h"

#include "lib/envrule.h"

#include <errno.h>
#include <unistd.h>

int vns_variables_change(const struct vns_answer *answer, char **environment,
			 struct vns_strings *changes)
{
	struct vns_strings list = { .items = environment };
	int rc;

	if (!environment)
		return -ENOMEM;
	while (environment[list.count])
		list.count++;
	rc = vns_envrule_change(&answer->environment, &list, environ, changes);
	vns_strings_free(&list);
	return rc;
}
