/*
 * Implements libnss_vns.so.2: see frozen.h. The names are those that nss(5)
 * calls.
 */
#include "module/nss_vns.h"

#include "lib/frozen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Holds the user, root, and as much of the group database as a login needs. */
static struct {
	bool active;
	size_t account_count;
	struct passwd account[2];
	gid_t *groups;
	size_t group_count;
	bool has_tty;
	gid_t tty;
} frozen;

static size_t pw_next, gr_next;

static void free_account(struct passwd *pw)
{
	free(pw->pw_name);
	free(pw->pw_passwd);
	free(pw->pw_gecos);
	free(pw->pw_dir);
	free(pw->pw_shell);
	memset(pw, 0, sizeof(*pw));
}

void vns_frozen_clear(void)
{
	free_account(&frozen.account[0]);
	free_account(&frozen.account[1]);
	free(frozen.groups);
	memset(&frozen, 0, sizeof(frozen));
}

unsigned vns_frozen_version(void)
{
	return VNS_FROZEN_VERSION;
}

static char *copy(const char *text)
{
	return strdup(text ? text : "");
}

static bool copy_account(struct passwd *to, const struct passwd *from)
{
	to->pw_uid = from->pw_uid;
	to->pw_gid = from->pw_gid;
	to->pw_name = copy(from->pw_name);
	/* No program that asks after entering needs a hash. */
	to->pw_passwd = copy("x");
	to->pw_gecos = copy(from->pw_gecos);
	to->pw_dir = copy(from->pw_dir);
	to->pw_shell = copy(from->pw_shell);
	return to->pw_name && to->pw_passwd && to->pw_gecos && to->pw_dir &&
	       to->pw_shell;
}

int vns_frozen_set(const struct vns_frozen *from)
{
	bool good;

	if (from->version != VNS_FROZEN_VERSION)
		return -EPROTO;
	vns_frozen_clear();
	frozen.groups = calloc(from->group_count + 1, sizeof(gid_t));
	good = frozen.groups && copy_account(&frozen.account[0], from->user);
	frozen.account_count = 1;
	if (good && from->root && from->user->pw_uid != 0) {
		good = copy_account(&frozen.account[1], from->root);
		frozen.account_count = 2;
	}
	if (!good) {
		vns_frozen_clear();
		return -ENOMEM;
	}
	memcpy(frozen.groups, from->groups, from->group_count * sizeof(gid_t));
	frozen.group_count = from->group_count;
	frozen.has_tty = from->has_tty;
	frozen.tty = from->tty;
	frozen.active = true;
	return 0;
}

bool vns_frozen_active(void)
{
	return frozen.active;
}

/* The caller's buffer, which is handed out piece by piece. */
struct space {
	char *at;
	size_t left;
	bool full;
};

static char *put(struct space *space, const char *text)
{
	size_t length = strlen(text) + 1;
	char *start = space->at;

	if (length > space->left) {
		space->full = true;
		return NULL;
	}
	memcpy(start, text, length);
	space->at += length;
	space->left -= length;
	return start;
}

static enum nss_status absent(int *errnop)
{
	*errnop = ENOENT;
	return frozen.active ? NSS_STATUS_NOTFOUND : NSS_STATUS_UNAVAIL;
}

static enum nss_status too_small(int *errnop)
{
	*errnop = ERANGE;
	return NSS_STATUS_TRYAGAIN;
}

static enum nss_status give_account(const struct passwd *from,
				    struct passwd *to, char *buffer,
				    size_t size, int *errnop)
{
	struct space space = { buffer, size, false };

	to->pw_uid = from->pw_uid;
	to->pw_gid = from->pw_gid;
	to->pw_name = put(&space, from->pw_name);
	to->pw_passwd = put(&space, from->pw_passwd);
	to->pw_gecos = put(&space, from->pw_gecos);
	to->pw_dir = put(&space, from->pw_dir);
	to->pw_shell = put(&space, from->pw_shell);
	return space.full ? too_small(errnop) : NSS_STATUS_SUCCESS;
}

enum nss_status _nss_vns_getpwnam_r(const char *name, struct passwd *pw,
				    char *buffer, size_t size, int *errnop)
{
	size_t i;

	for (i = 0; i < frozen.account_count; i++)
		if (strcmp(frozen.account[i].pw_name, name) == 0)
			return give_account(&frozen.account[i], pw, buffer,
					    size, errnop);
	return absent(errnop);
}

enum nss_status _nss_vns_getpwuid_r(uid_t uid, struct passwd *pw, char *buffer,
				    size_t size, int *errnop)
{
	size_t i;

	for (i = 0; i < frozen.account_count; i++)
		if (frozen.account[i].pw_uid == uid)
			return give_account(&frozen.account[i], pw, buffer,
					    size, errnop);
	return absent(errnop);
}

enum nss_status _nss_vns_setpwent(int stayopen)
{
	(void)stayopen;
	pw_next = 0;
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_vns_endpwent(void)
{
	return _nss_vns_setpwent(0);
}

enum nss_status _nss_vns_getpwent_r(struct passwd *pw, char *buffer,
				    size_t size, int *errnop)
{
	enum nss_status status;

	if (pw_next >= frozen.account_count)
		return absent(errnop);
	status = give_account(&frozen.account[pw_next], pw, buffer, size,
			      errnop);
	if (status == NSS_STATUS_SUCCESS)
		pw_next++;
	return status;
}

static enum nss_status give_tty(struct group *to, char *buffer, size_t size,
				int *errnop)
{
	size_t skip = -(uintptr_t)buffer % sizeof(char *);
	struct space space;

	if (size < skip + sizeof(char *))
		return too_small(errnop);
	to->gr_mem = (char **)(void *)(buffer + skip);
	to->gr_mem[0] = NULL;
	space = (struct space){ buffer + skip + sizeof(char *),
				size - skip - sizeof(char *), false };
	to->gr_gid = frozen.tty;
	to->gr_name = put(&space, "tty");
	to->gr_passwd = put(&space, "x");
	return space.full ? too_small(errnop) : NSS_STATUS_SUCCESS;
}

enum nss_status _nss_vns_getgrnam_r(const char *name, struct group *gr,
				    char *buffer, size_t size, int *errnop)
{
	if (frozen.has_tty && strcmp(name, "tty") == 0)
		return give_tty(gr, buffer, size, errnop);
	return absent(errnop);
}

enum nss_status _nss_vns_getgrgid_r(gid_t gid, struct group *gr, char *buffer,
				    size_t size, int *errnop)
{
	if (frozen.has_tty && gid == frozen.tty)
		return give_tty(gr, buffer, size, errnop);
	return absent(errnop);
}

enum nss_status _nss_vns_setgrent(int stayopen)
{
	(void)stayopen;
	gr_next = 0;
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_vns_endgrent(void)
{
	return _nss_vns_setgrent(0);
}

enum nss_status _nss_vns_getgrent_r(struct group *gr, char *buffer, size_t size,
				    int *errnop)
{
	enum nss_status status;

	if (gr_next > 0 || !frozen.has_tty)
		return absent(errnop);
	status = give_tty(gr, buffer, size, errnop);
	if (status == NSS_STATUS_SUCCESS)
		gr_next++;
	return status;
}

/* Makes room for one more group. Returns false where there is no room. */
static bool grow(long *size, gid_t **groups, long limit)
{
	long wanted = 2 * *size;
	gid_t *grown;

	if (limit > 0 && wanted > limit)
		wanted = limit;
	if (wanted <= *size)
		return false;
	grown = reallocarray(*groups, (size_t)wanted, sizeof(gid_t));
	if (!grown)
		return false;
	*groups = grown;
	*size = wanted;
	return true;
}

enum nss_status _nss_vns_initgroups_dyn(const char *user, gid_t primary,
					long *start, long *size, gid_t **groups,
					long limit, int *errnop)
{
	size_t i;

	if (!frozen.active || strcmp(frozen.account[0].pw_name, user) != 0)
		return absent(errnop);
	for (i = 0; i < frozen.group_count; i++) {
		if (frozen.groups[i] == primary)
			continue;
		if (*start == *size && !grow(size, groups, limit)) {
			*errnop = ENOMEM;
			return limit > 0 ? NSS_STATUS_SUCCESS :
					   NSS_STATUS_TRYAGAIN;
		}
		(*groups)[(*start)++] = frozen.groups[i];
	}
	return NSS_STATUS_SUCCESS;
}
