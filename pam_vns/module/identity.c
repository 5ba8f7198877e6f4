/*
 * Points glibc's databases at libnss_vns.so.2 or at libc's own services, and
 * checks that the user still looks the same; to thaw, it sets what
 * nsswitch.conf says.
 */
#include "module/identity.h"

#include "lib/frozen.h"
#include "module/unwinder.h"
#include "system/account.h"
#include "system/nssdb.h"
#include "system/nsswitch.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

/*
 * All of glibc's databases. "files" and "dns" are part of libc itself since
 * 2.34; other services would be loaded from the tenant's root directory. usual
 * is what glibc uses where nsswitch.conf says nothing.
 */
static const struct {
	const char *name, *frozen, *usual;
} databases[] = {
	{ "passwd", "vns", "files" },
	{ "group", "vns", "files" },
	{ "initgroups", "vns", NULL },
	{ "shadow", "files", "files" },
	{ "gshadow", "files", "files" },
	{ "services", "files", "files" },
	{ "protocols", "files", "files" },
	{ "networks", "files", "files" },
	{ "netgroup", "files", "files" },
	{ "rpc", "files", "files" },
	{ "ethers", "files", "files" },
	{ "aliases", "files", "files" },
	{ "publickey", "files", "files" },
	{ "passwd_compat", "files", "files" },
	{ "group_compat", "files", "files" },
	{ "shadow_compat", "files", "files" },
	{ "hosts", "files dns", "files dns" },
};
#define DATABASES (sizeof(databases) / sizeof(databases[0]))

/*
 * While the module and the library are being replaced, a login may get one old
 * and one new; and a process that has already logged somebody in keeps the
 * library it has loaded.
 */
int vns_identity_check(struct vns_error *err)
{
	unsigned version = vns_frozen_version ? vns_frozen_version() : 0;

	if (version == VNS_FROZEN_VERSION)
		return 0;
	return vns_error_set(err, EPROTO,
			     "libnss_vns.so.2 is not the one that belongs to "
			     "pam_vns.so (its version is %u, not %u): if they "
			     "are not being installed just now, install both "
			     "anew, and restart the service",
			     version, VNS_FROZEN_VERSION);
}

static int copy_answers(const struct vns_answer *answer, struct vns_error *err)
{
	const struct vns_frozen frozen = {
		.version = VNS_FROZEN_VERSION,
		.user = &answer->user,
		.root = answer->root.pw_name ? &answer->root : NULL,
		.groups = answer->groups,
		.group_count = answer->group_count,
		.has_tty = answer->has_tty,
		.tty = answer->tty,
	};
	int rc = vns_frozen_set(&frozen);

	return rc < 0 ? vns_error_errno(err, -rc, "freezing the identity") : 0;
}

static bool same_groups(const struct vns_answer *answer)
{
	VNS_AUTOACCOUNT struct vns_account again = { .pw = answer->user };
	struct vns_error ignored;
	size_t i, k, found = 0;

	if (vns_account_load_groups(&again, &ignored) < 0)
		return false;
	for (i = 0; i < answer->group_count; i++)
		for (k = 0; k < again.group_count; k++)
			if (answer->groups[i] == again.groups[k]) {
				found++;
				break;
			}
	return found == answer->group_count &&
	       again.group_count <= answer->group_count;
}

/*
 * There are two reasons for this: what NSS loads is loaded now, from the host;
 * and a freeze that does not answer as it should must not be trusted with a
 * session. The other databases load nothing, and a lookup in shadow would leave
 * hashes in the memory of a process that becomes the user's.
 */
static int check_answers(const struct vns_answer *answer, struct vns_error *err)
{
	VNS_AUTOACCOUNT struct vns_account again = { 0 };
	const struct passwd *pw = &answer->user;
	int rc = vns_account_find(pw->pw_name, &again, err);

	if (rc < 0)
		return rc;
	if (again.pw.pw_uid == pw->pw_uid && again.pw.pw_gid == pw->pw_gid &&
	    same_groups(answer))
		return 0;
	return vns_error_set(err, EIO,
			     "the frozen identity of \"%s\" is not what was "
			     "frozen; is libnss_vns.so.2 the one installed "
			     "with this module?",
			     pw->pw_name);
}

static int freeze_databases(struct vns_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < DATABASES; i++)
		rc = vns_nssdb_configure(databases[i].name, databases[i].frozen,
					 err);
	return rc;
}

bool vns_identity_frozen(void)
{
	return vns_frozen_active();
}

int vns_identity_begin(struct vns_identity *identity, struct vns_error *err)
{
	int rc = vns_identity_check(err);

	if (rc == 0)
		rc = vns_unwinder_load(err);
	if (rc < 0)
		return rc;
	identity->dumpable = prctl(PR_GET_DUMPABLE);
	identity->locale = strdup(setlocale(LC_ALL, NULL));
	if (!identity->locale)
		return vns_error_memory(err);
	rc = freeze_databases(err);
	if (rc < 0)
		vns_identity_undo(identity);
	return rc;
}

int vns_identity_freeze(const struct vns_answer *answer,
			struct vns_identity *identity, struct vns_error *err)
{
	int rc = copy_answers(answer, err);

	if (rc == 0)
		rc = check_answers(answer, err);
	if (rc == 0 && !setlocale(LC_ALL, "C"))
		rc = vns_error_set(err, EIO, "setlocale failed");
	if (rc == 0 && prctl(PR_SET_DUMPABLE, 0) < 0)
		rc = vns_error_errno(err, errno, "PR_SET_DUMPABLE");
	if (rc < 0)
		vns_identity_undo(identity);
	return rc;
}

/* What is found is in *services, which the caller frees. */
static const char *find_services(const char *text, size_t i, char **services)
{
	(void)vns_nsswitch_find(text, databases[i].name, services);
	if (!*services && databases[i].usual)
		return databases[i].usual;
	/* Without a line of its own, initgroups uses the services of group. */
	if (!*services)
		(void)vns_nsswitch_find(text, "group", services);
	return *services ? *services : "files";
}

void vns_identity_thaw(const struct vns_identity *identity)
{
	VNS_AUTOFREE char *text = NULL;
	struct vns_error ignored;
	size_t i;

	(void)vns_nssdb_read(&text, &ignored);
	for (i = 0; i < DATABASES; i++) {
		VNS_AUTOFREE char *found = NULL;
		const char *services =
			find_services(text ? text : "", i, &found);

		(void)vns_nssdb_configure(databases[i].name, services,
					  &ignored);
	}
	vns_frozen_clear();
	if (identity->locale)
		(void)setlocale(LC_ALL, identity->locale);
}

void vns_identity_undo(const struct vns_identity *identity)
{
	vns_identity_thaw(identity);
	if (identity->dumpable >= 0)
		prctl(PR_SET_DUMPABLE, identity->dumpable);
}

void vns_identity_free(struct vns_identity *identity)
{
	free(identity->locale);
	*identity = (struct vns_identity){ 0 };
}
