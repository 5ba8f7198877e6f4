/*
 * libnss_hang.so.2: the module of a directory service that is down and does not
 * say so: it does not answer about a user whose name begins with "slow" until
 * /run/hang is gone. See nss(5).
 */
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

enum nss_status _nss_hang_initgroups_dyn(const char *user, gid_t primary,
					 long *start, long *size,
					 gid_t **groups, long limit,
					 int *errnop);

enum nss_status _nss_hang_initgroups_dyn(const char *user, gid_t primary,
					 long *start, long *size,
					 gid_t **groups, long limit,
					 int *errnop)
{
	(void)primary, (void)start, (void)size;
	(void)groups, (void)limit, (void)errnop;
	while (strncmp(user, "slow", 4) == 0 && access("/run/hang", F_OK) == 0)
		usleep(20000);
	return NSS_STATUS_NOTFOUND;
}
