/*
 * Sets uid= and gid= to root of the user namespace, then copies all options,
 * with their ids moved into the namespace's range on the host.
 */
#include "lib/tmpfsopt.h"

#include "lib/idmap.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Parses an id as the kernel does: with 0x or 0 in front as in C. */
static bool parse_id(const char *text, unsigned long *id)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	*id = strtoul(text, &end, 0);
	return *end == '\0';
}

static int add_id(const char *option, const struct vns_idrange *ids, bool gap,
		  struct vns_strings *mapped, struct vns_error *err)
{
	char text[32];
	unsigned long id;

	if (!parse_id(option + 4, &id) || id >= ids->count)
		return vns_error_set(err, EINVAL,
				     "mount option \"%s\": inside the user "
				     "namespace the ids are 0 to %lu",
				     option, ids->count - 1);
	if (!vns_idmap_has(ids, gap, id))
		return vns_error_set(err, EINVAL,
				     "mount option \"%s\": with map = "
				     "{\"users\"} the ids %lu to %lu are not "
				     "among those inside",
				     option, VNS_IDMAP_GAP,
				     VNS_IDMAP_GAP_END - 1);
	snprintf(text, sizeof(text), "%.4s%lu", option, ids->base + id);
	return vns_strings_add(mapped, text) < 0 ? vns_error_memory(err) : 0;
}

int vns_tmpfsopt_map(const struct vns_strings *options,
		     const struct vns_idrange *ids, bool gap,
		     struct vns_strings *mapped, struct vns_error *err)
{
	size_t i;
	int rc = add_id("uid=0", ids, gap, mapped, err);

	if (rc == 0)
		rc = add_id("gid=0", ids, gap, mapped, err);
	/*
	 * The last uid= and the last gid= count, so these override the ones
	 * above.
	 */
	for (i = 0; rc == 0 && i < options->count; i++) {
		const char *option = options->items[i];

		if (strncmp(option, "uid=", 4) == 0 ||
		    strncmp(option, "gid=", 4) == 0)
			rc = add_id(option, ids, gap, mapped, err);
		else if (vns_strings_add(mapped, option) < 0)
			rc = vns_error_memory(err);
	}
	return rc;
}
