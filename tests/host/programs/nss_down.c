/*
 * libnss_down.so.2: the module of a directory service that is down, with the
 * errno that nslcd's and sssd's modules leave then. See nss(5).
 */
#include <errno.h>
#include <grp.h>
#include <nss.h>

enum nss_status _nss_down_getgrnam_r(const char *name, struct group *group,
				     char *buffer, size_t size, int *errnop);
enum nss_status _nss_down_getgrgid_r(gid_t gid, struct group *group,
				     char *buffer, size_t size, int *errnop);
enum nss_status _nss_down_initgroups_dyn(const char *user, gid_t primary,
					 long *start, long *size,
					 gid_t **groups, long limit,
					 int *errnop);

static enum nss_status down(int *errnop)
{
	*errnop = ENOENT;
	return NSS_STATUS_UNAVAIL;
}

enum nss_status _nss_down_getgrnam_r(const char *name, struct group *group,
				     char *buffer, size_t size, int *errnop)
{
	(void)name, (void)group, (void)buffer, (void)size;
	return down(errnop);
}

enum nss_status _nss_down_getgrgid_r(gid_t gid, struct group *group,
				     char *buffer, size_t size, int *errnop)
{
	(void)gid, (void)group, (void)buffer, (void)size;
	return down(errnop);
}

enum nss_status _nss_down_initgroups_dyn(const char *user, gid_t primary,
					 long *start, long *size,
					 gid_t **groups, long limit,
					 int *errnop)
{
	(void)user, (void)primary, (void)start, (void)size;
	(void)groups, (void)limit;
	return down(errnop);
}
