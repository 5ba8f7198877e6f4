/*
 * Reads /etc/nsswitch.conf, and sets a database's services by glibc's
 * __nss_configure_lookup.
 */
#include "system/nssdb.h"

#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <nss.h>
#include <string.h>

#define NSSWITCH "/etc/nsswitch.conf"

int vns_nssdb_read(char **text, struct vns_error *err)
{
	/* The file may be a symbolic link, and glibc trusts it already. */
	VNS_AUTOCLOSE int fd = open(NSSWITCH, O_RDONLY | O_CLOEXEC);
	size_t length;

	*text = NULL;
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return vns_error_errno(err, errno, NSSWITCH);
	return vns_safefile_slurp(fd, NSSWITCH, 64UL * 1024, text, &length,
				  err);
}

int vns_nssdb_configure(const char *database, const char *services,
			struct vns_error *err)
{
	errno = 0;
	if (__nss_configure_lookup(database, services) == 0)
		return 0;
	/*
	 * A database that this libc does not have cannot be looked up either.
	 */
	if (errno == EINVAL && strstr(database, "_compat"))
		return 0;
	return vns_error_errno(err, errno ? errno : EIO,
			       "setting the services of the \"%s\" database",
			       database);
}
