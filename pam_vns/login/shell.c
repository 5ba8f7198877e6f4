/*
 * Knows which shells are looked for inside, which files are shells, and which
 * logins go on without one.
 */
#include "login/shell.h"

#include "system/inroot.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

const char *vns_shell_path(const char *shell)
{
	return shell && *shell ? shell : "/bin/sh";
}

/*
 * These are called so everywhere, in whatever directory they are. /etc/shells
 * would not tell: some have nologin in it, so that an FTP server lets users in.
 */
static bool does_nothing(const char *shell)
{
	const char *slash = strrchr(shell, '/');
	const char *file = slash ? slash + 1 : shell;

	return strcmp(file, "nologin") == 0 || strcmp(file, "false") == 0;
}

const char *vns_shell_sought(const struct vns_vserver *vserver,
			     const char *shell)
{
	const char *path = vns_shell_path(shell);

	if (vserver->shell_check == VNS_SHELL_CHECK_NO ||
	    (vserver->shell_check == VNS_SHELL_CHECK_AUTO &&
	     does_nothing(path)))
		return NULL;
	return path;
}

bool vns_shell_is(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       (st.st_mode & 0111);
}

bool vns_shell_is_there(int root, const char *path)
{
	VNS_AUTOCLOSE int fd =
		vns_inroot_open(root, path, O_PATH, VNS_INROOT_CHROOT);

	return vns_shell_is(fd);
}

bool vns_shell_has_programs(int root)
{
	static const char *const paths[] = { "/bin", "/usr/bin" };
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		VNS_AUTOCLOSE int fd = vns_inroot_open(root, paths[i],
						       O_PATH | O_DIRECTORY,
						       VNS_INROOT_CHROOT);

		if (fd != -ENOENT && fd != -ENOTDIR)
			return true;
	}
	return false;
}

enum vns_shell vns_shell_judge(const struct vns_vserver *vserver,
			       const char *service, const char *sought,
			       bool found, bool programs)
{
	if (!sought)
		return VNS_SHELL_UNASKED;
	if (found)
		return VNS_SHELL_FOUND;
	return vserver->shell_check == VNS_SHELL_CHECK_AUTO && !programs &&
			       service && strcmp(service, "sshd") == 0 ?
		       VNS_SHELL_UNNEEDED :
		       VNS_SHELL_MISSING;
}

const char *vns_shell_says(enum vns_shell shell)
{
	static const char *const words[] = {
		[VNS_SHELL_FOUND] = "is there",
		[VNS_SHELL_UNASKED] = "is not looked for",
		[VNS_SHELL_UNNEEDED] = ("is missing, as all programs are: sshd "
					"can do without, by internal-sftp"),
		[VNS_SHELL_MISSING] = "is missing",
	};

	return words[shell];
}
