/*
 * libnss_environ.so.2: a directory service with one group, "staff-of-acme", of
 * one member, alice. As the modules of sssd and winbind do, it says that there
 * is no such thing where the caller's environment says so (_SSS_LOOPS=NO,
 * _NO_WINBINDD=1); and so it does for any other variable that is set and whose
 * name is in /etc/environ.suspects. See nss(5).
 */
#include <errno.h>
#include <grp.h>
#include <nss.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUP "staff-of-acme"
#define MEMBER "alice"
#define ID 5900

enum nss_status _nss_environ_getgrnam_r(const char *name, struct group *group,
					char *buffer, size_t size, int *errnop);
enum nss_status _nss_environ_getgrgid_r(gid_t gid, struct group *group,
					char *buffer, size_t size, int *errnop);
enum nss_status _nss_environ_initgroups_dyn(const char *user, gid_t primary,
					    long *start, long *size,
					    gid_t **groups, long limit,
					    int *errnop);

static bool is_suspect(void)
{
	FILE *list = fopen("/etc/environ.suspects", "re");
	char name[64];
	bool found = false;

	while (list && !found && fgets(name, sizeof(name), list)) {
		name[strcspn(name, "\n")] = '\0';
		found = *name && getenv(name);
	}
	if (list)
		fclose(list);
	return found;
}

static bool is_blind(void)
{
	const char *loops = getenv("_SSS_LOOPS");
	const char *none = getenv("_NO_WINBINDD");

	return (loops && strcmp(loops, "NO") == 0) ||
	       (none && strcmp(none, "1") == 0) || is_suspect();
}

/* buffer holds the list of members, and then its strings. */
static enum nss_status fill(struct group *group, char *buffer, size_t size,
			    int *errnop)
{
	const size_t list = 2 * sizeof(char *);
	char **members = (char **)(void *)buffer;

	if (size < list + sizeof(GROUP) + sizeof(MEMBER)) {
		*errnop = ERANGE;
		return NSS_STATUS_TRYAGAIN;
	}
	group->gr_name = strcpy(buffer + list, GROUP);
	group->gr_passwd = group->gr_name + strlen(GROUP);
	group->gr_gid = ID;
	members[0] = strcpy(buffer + list + sizeof(GROUP), MEMBER);
	members[1] = NULL;
	group->gr_mem = members;
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_environ_getgrnam_r(const char *name, struct group *group,
					char *buffer, size_t size, int *errnop)
{
	if (is_blind() || strcmp(name, GROUP) != 0)
		return NSS_STATUS_NOTFOUND;
	return fill(group, buffer, size, errnop);
}

enum nss_status _nss_environ_getgrgid_r(gid_t gid, struct group *group,
					char *buffer, size_t size, int *errnop)
{
	if (is_blind() || gid != ID)
		return NSS_STATUS_NOTFOUND;
	return fill(group, buffer, size, errnop);
}

enum nss_status _nss_environ_initgroups_dyn(const char *user, gid_t primary,
					    long *start, long *size,
					    gid_t **groups, long limit,
					    int *errnop)
{
	(void)primary, (void)limit;
	if (is_blind() || strcmp(user, MEMBER) != 0)
		return NSS_STATUS_NOTFOUND;
	if (*start == *size) {
		gid_t *more =
			realloc(*groups, (size_t)(*size + 1) * sizeof(gid_t));

		if (!more) {
			*errnop = ENOMEM;
			return NSS_STATUS_TRYAGAIN;
		}
		*groups = more;
		*size += 1;
	}
	(*groups)[(*start)++] = ID;
	return NSS_STATUS_SUCCESS;
}
