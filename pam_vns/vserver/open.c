/*
 * Chooses by the definition what opens the namespaces: native.c, pinned.c or
 * pidfile.c.
 */
#include "vserver/open.h"

#include "vserver/native.h"
#include "vserver/pidfile.h"
#include "vserver/pinned.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *prefix;
	int (*open)(const char *argument, vns_nsset wanted,
		    struct vns_place *place, struct vns_error *err);
} sources[] = {
	{ "ns:", vns_pinned_open },
	{ "pidfile:", vns_pidfile_open },
};

/* A vserver whose init process has ended counts as not running. */
static int open_native(const struct vns_config *config,
		       const struct vns_vserver *vserver,
		       struct vns_place *place, struct vns_error *err)
{
	int rc = vns_native_open(config, vserver, place, err);

	if (rc != -EOWNERDEAD)
		return rc;
	vns_place_close(place);
	vns_error_context(err, "not running");
	return -ESRCH;
}

int vns_open_vserver(const struct vns_config *config,
		     const struct vns_vserver *vserver, struct vns_place *place,
		     struct vns_error *err)
{
	size_t i;

	if (vserver->root)
		return open_native(config, vserver, place, err);
	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		size_t length = strlen(sources[i].prefix);

		if (strncmp(vserver->source, sources[i].prefix, length) == 0)
			return sources[i].open(vserver->source + length,
					       vserver->namespaces, place, err);
	}
	return vns_error_set(err, EINVAL, "unknown source \"%s\"",
			     vserver->source);
}
