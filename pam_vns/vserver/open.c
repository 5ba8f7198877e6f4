/*
 * Chooses by the definition what opens the namespaces: native.c, pinned.c,
 * pidfile.c, asked.c or adopted.c.
 */
#include "vserver/open.h"

#include "lib/util.h"
#include "system/account.h"
#include "system/container.h"
#include "vserver/adopted.h"
#include "vserver/asked.h"
#include "vserver/native.h"
#include "vserver/pidfile.h"
#include "vserver/pinned.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static const struct {
	const char *prefix;
	int (*open)(const char *argument, vns_nsset wanted,
		    struct vns_place *place, struct vns_error *err);
} sources[] = {
	{ "exec:", vns_asked_open },
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

/* Finds one of those who may own a foreign vserver, besides root. */
static int find_owner(const char *owner, uid_t user, uid_t *uid,
		      struct vns_error *err)
{
	VNS_AUTOACCOUNT struct vns_account account = { 0 };
	unsigned long number;
	int rc;

	if (strcmp(owner, VNS_OWNER_USER) == 0) {
		*uid = user;
		return 0;
	}
	if (vns_util_number(owner, UINT_MAX - 1, &number)) {
		*uid = (uid_t)number;
		return 0;
	}
	rc = vns_account_find(owner, &account, err);
	if (rc == -ENOENT)
		return vns_error_set(err, EINVAL,
				     "owner = \"%s\": there is no such user",
				     owner);
	if (rc == 0)
		*uid = account.pw.pw_uid;
	return rc == -ESRCH ? -EIO : rc;
}

/*
 * What is started in a frozen container's namespaces works or does not, as the
 * container's processes do not answer; in its cgroup it would be frozen, too.
 */
static int check_frozen(const struct vns_place *place, struct vns_error *err)
{
	bool frozen = false;
	int rc = place->process < 0 ? 0 :
				      vns_container_frozen(place, &frozen, err);

	if (rc == -ESRCH)
		vns_error_context(err, "not running");
	return frozen ? vns_error_set(err, EBUSY,
				      "paused: its engine has frozen the "
				      "cgroup of process %d",
				      place->pid) :
			rc;
}

static int open_source(const struct vns_config *config,
		       const struct vns_vserver *vserver,
		       struct vns_place *place, struct vns_error *err)
{
	size_t i;

	if (strcmp(vserver->source, VNS_SOURCE_ADOPTED) == 0)
		return vns_adopted_open(config, vserver, place, err);
	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		size_t length = strlen(sources[i].prefix);

		if (strncmp(vserver->source, sources[i].prefix, length) == 0)
			return sources[i].open(vserver->source + length,
					       vserver->namespaces, place, err);
	}
	return vns_error_set(err, EINVAL, "unknown source \"%s\"",
			     vserver->source);
}

static int find_owners(const struct vns_strings *owners, uid_t user,
		       uid_t **uids, struct vns_error *err)
{
	size_t i;
	int rc = 0;

	*uids = calloc(owners->count + 1, sizeof(**uids));
	if (!*uids)
		return vns_error_memory(err);
	for (i = 0; rc == 0 && i < owners->count; i++)
		rc = find_owner(owners->items[i], user, &(*uids)[i], err);
	return rc;
}

/* process is NULL where the source has to say which one it is. */
static int open_foreign(const struct vns_config *config,
			const struct vns_vserver *vserver,
			const struct vns_process *process, uid_t user,
			struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOFREE uid_t *uids = NULL;
	int rc = find_owners(&vserver->owners, user, &uids, err);

	place->owner = 0;
	place->owners = uids;
	place->owner_count = vserver->owners.count;
	place->shared = process != NULL;
	if (rc == 0 && process)
		rc = vns_process_place(process, vserver->namespaces,
				       vserver->name, place, err);
	else if (rc == 0)
		rc = open_source(config, vserver, place, err);
	place->owners = NULL;
	place->owner_count = 0;
	return rc < 0 ? rc : check_frozen(place, err);
}

int vns_open_vserver(const struct vns_config *config,
		     const struct vns_vserver *vserver, uid_t user,
		     struct vns_place *place, struct vns_error *err)
{
	return vserver->root ?
		       open_native(config, vserver, place, err) :
		       open_foreign(config, vserver, NULL, user, place, err);
}

int vns_open_process(const struct vns_vserver *vserver,
		     const struct vns_process *process, struct vns_place *place,
		     struct vns_error *err)
{
	return open_foreign(NULL, vserver, process, VNS_PLACE_ANYBODY, place,
			    err);
}
