/* Opens paths that lead nowhere but below a directory. */
#include "system/inroot.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * openat2(2) gives up on ".." if anybody renames or mounts anything at that
 * moment, wherever that is.
 */
#define TRIES 1000

int vns_inroot_open(int root, const char *path, unsigned flags,
		    unsigned long resolve)
{
	struct open_how how = { .flags = flags | O_CLOEXEC,
				.resolve = resolve };
	int tries = resolve & RESOLVE_CACHED ? 1 : TRIES;
	long fd;

	do
		fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN && --tries > 0);
	return fd < 0 ? -errno : (int)fd;
}
