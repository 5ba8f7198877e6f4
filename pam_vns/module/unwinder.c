/* Loads libgcc_s by the name that libc finds it by (dlopen(3)). */
#include "module/unwinder.h"

#include <dlfcn.h>
#include <errno.h>

/*
 * Most processes never call its functions: these are not looked up now, and
 * when they are, nothing is opened any more.
 */
int vns_unwinder_load(struct vns_error *err)
{
	static const char name[] = "libgcc_s.so.1";
	void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);

	if (!library)
		return vns_error_set(err, ELIBACC,
				     "%s cannot be loaded, and libc would take "
				     "the tenant's",
				     name);
	(void)dlclose(library);
	return 0;
}
