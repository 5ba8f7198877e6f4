/*
 * Finds the cgroup v2 mount, reads and writes the files of the cgroups below
 * it, and moves the calling process into a cgroup and back.
 */
#include "system/cgroup.h"

#include "lib/cgname.h"
#include "lib/procfs.h"
#include "system/inroot.h"
#include "system/safefile.h"
#include "lib/util.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

/* No vserver's name begins with a dot. */
#define ASIDE VNS_CGNAME_PARENT "/.host"
/* How often a start that failed can take the parent cgroup away meanwhile. */
#define ASIDE_TRIES 8

/*
 * Opens a cgroup v2 mount. Returns false also where something else is mounted
 * on top.
 */
static bool open_mount(const char *path, int *fd)
{
	struct statfs fs;
	int found = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (found >= 0 && fstatfs(found, &fs) == 0 &&
	    fs.f_type == CGROUP2_SUPER_MAGIC) {
		*fd = found;
		return true;
	}
	vns_safefile_close(&found);
	return false;
}

static bool search_mount(int *fd)
{
	FILE *file = fopen("/proc/thread-self/mountinfo", "re");
	struct vns_procfs_mount mount;
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	if (!file)
		return false;
	while (!found && getline(&line, &size, file) > 0)
		found = vns_procfs_parse_mount(line, &mount) &&
			strcmp(mount.type, "cgroup2") == 0 &&
			open_mount(mount.target, fd);
	free(line);
	(void)fclose(file);
	return found;
}

bool vns_cgroup_lacks(int rc)
{
	return rc == -EMFILE || rc == -ENFILE || rc == -ENOMEM;
}

int vns_cgroup_usual_mount(int *fd, struct vns_error *err)
{
	errno = 0;
	if (open_mount("/sys/fs/cgroup", fd) ||
	    open_mount("/sys/fs/cgroup/unified", fd))
		return 0;
	if (vns_cgroup_lacks(-errno))
		return vns_error_errno(err, errno, "/sys/fs/cgroup");
	return vns_error_set(err, ENOTSUP,
			     "no cgroup v2 is mounted here (mount -t cgroup2 "
			     "cgroup2 /sys/fs/cgroup)");
}

/*
 * Searches the table of mounts last: it is long where there are many vservers.
 */
int vns_cgroup_mount(int *fd, struct vns_error *err)
{
	int rc = vns_cgroup_usual_mount(fd, err);

	return rc < 0 && search_mount(fd) ? 0 : rc;
}

/*
 * A service may see all cgroups through a mount that is read-only, as
 * ProtectControlGroups= of systemd makes it. Opens another mount of the same,
 * which nobody else sees, in its place.
 */
static int make_writable(int *mount, struct vns_error *err)
{
	struct mount_attr attributes = { .attr_clr = MOUNT_ATTR_RDONLY };
	int copy = (int)syscall(SYS_open_tree, *mount, "",
				OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
					AT_EMPTY_PATH);

	if (copy < 0)
		return vns_error_errno(err, errno,
				       "cgroups are read-only here: open_tree");
	vns_safefile_close(mount);
	*mount = copy;
	if (syscall(SYS_mount_setattr, copy, "", AT_EMPTY_PATH, &attributes,
		    sizeof(attributes)) < 0)
		return vns_error_errno(
			err, errno,
			"cgroups are read-only here: mount_setattr");
	return 0;
}

int vns_cgroup_open_at(int mount, const char *cgroup, int *fd,
		       struct vns_error *err)
{
	int found = vns_inroot_open(mount, *cgroup ? cgroup : ".",
				    O_RDONLY | O_DIRECTORY,
				    VNS_INROOT_BENEATH | RESOLVE_NO_XDEV);

	if (found < 0)
		return vns_error_errno(err, -found, "cgroup \"%s\"", cgroup);
	*fd = found;
	return 0;
}

int vns_cgroup_open(const char *cgroup, int *fd, struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;
	int rc = vns_cgroup_mount(&mount, err);

	return rc < 0 ? rc : vns_cgroup_open_at(mount, cgroup, fd, err);
}

int vns_cgroup_open_aside(struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;
	int fd = -1, rc = vns_cgroup_usual_mount(&mount, err);
	unsigned tries;

	if (rc < 0)
		return rc;
	for (tries = 0; tries < ASIDE_TRIES; tries++) {
		/* Afterwards the cgroup is there, or it is not. */
		(void)mkdirat(mount, VNS_CGNAME_PARENT, 0755);
		if (mkdirat(mount, ASIDE, 0755) < 0 && errno == EROFS)
			(void)make_writable(&mount, err);
		rc = vns_cgroup_open_at(mount, ASIDE, &fd, err);
		if (rc != -ENOENT)
			break;
	}
	return rc < 0 ? rc : fd;
}

int vns_cgroup_read(int directory, const char *file, char *text, size_t size,
		    struct vns_error *err)
{
	VNS_AUTOCLOSE int fd =
		openat(directory, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);

	if (length < 0)
		return vns_error_errno(err, errno, "%s", file);
	text[length] = '\0';
	return 0;
}

int vns_cgroup_write(int directory, const char *file, const char *text,
		     struct vns_error *err)
{
	VNS_AUTOCLOSE int fd =
		openat(directory, file, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return vns_error_errno(err, errno, "%s", file);
	return 0;
}

int vns_cgroup_open_procs(int directory, int *procs, struct vns_error *err)
{
	int fd = openat(directory, "cgroup.procs",
			O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return vns_error_errno(err, errno, "cgroup.procs");
	*procs = fd;
	return 0;
}

/* In every PID namespace, 0 stands for the process that writes it. */
int vns_cgroup_join(int procs, struct vns_error *err)
{
	if (write(procs, "0", 1) == 1)
		return 0;
	return vns_error_errno(err, errno, "moving into the cgroup");
}

/* Copies which part of the cgroups is mounted there: "/" is all of them. */
static bool find_part(int mount, char *part, size_t size)
{
	FILE *file = fopen("/proc/thread-self/mountinfo", "re");
	struct vns_procfs_mount row;
	bool found = false;
	unsigned long id;
	char *line = NULL;
	size_t length = 0;
	struct statx st;

	if (!file)
		return false;
	if (statx(mount, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) == 0)
		while (!found && getline(&line, &length, file) > 0)
			found = vns_procfs_parse_mount(line, &row) &&
				vns_util_number(row.id, INT_MAX, &id) &&
				id == st.stx_mnt_id &&
				vns_util_format(part, size, "%s", row.root);
	free(line);
	(void)fclose(file);
	return found;
}

/*
 * The topmost cgroup of all is the only one without this file. Where it is
 * mounted, as it is on the host, the long table of mounts need not be read.
 */
bool vns_cgroup_locate(int mount, char **path)
{
	char part[PATH_MAX];

	if (faccessat(mount, "cgroup.events", F_OK, 0) < 0 && errno == ENOENT)
		return true;
	if (!find_part(mount, part, sizeof(part)))
		return false;
	if (part[1] == '\0')
		return true;
	if (!vns_cgname_within(*path, part + 1))
		return false;
	*path += strlen(part + 1);
	*path += **path == '/';
	return true;
}

int vns_cgroup_own(char *path, size_t size, struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	VNS_AUTOCLOSE int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	size_t length;
	int rc;

	if (fd < 0)
		return vns_error_errno(err, errno, "/proc/self/cgroup");
	rc = vns_safefile_slurp(fd, "/proc/self/cgroup", 16UL * PATH_MAX, &text,
				&length, err);
	if (rc < 0)
		return rc;
	if (vns_cgname_of_process(text, path, size))
		return 0;
	return vns_error_set(err, EXDEV,
			     "the cgroup that this process is in cannot be "
			     "seen from here");
}

static int open_own(int mount, int *procs, struct vns_error *err)
{
	VNS_AUTOCLOSE int own = -1;
	char path[PATH_MAX];
	int rc = vns_cgroup_own(path, sizeof(path), err);

	if (rc == 0)
		rc = vns_cgroup_open_at(mount, path, &own, err);
	return rc < 0 ? rc : vns_cgroup_open_procs(own, procs, err);
}

int vns_cgroup_open_own(int *procs, struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;
	int rc = vns_cgroup_mount(&mount, err);

	if (rc == 0)
		rc = open_own(mount, procs, err);
	if (rc != -EROFS)
		return rc;
	rc = make_writable(&mount, err);
	return rc < 0 ? rc : open_own(mount, procs, err);
}

int vns_cgroup_enter(int directory, int *back, struct vns_error *err)
{
	VNS_AUTOCLOSE int procs = -1;
	VNS_AUTOCLOSE int own = -1;
	int rc = vns_cgroup_open_procs(directory, &procs, err);

	*back = -1;
	if (rc == 0)
		rc = vns_cgroup_open_own(&own, err);
	if (rc == 0)
		rc = vns_cgroup_join(procs, err);
	if (rc < 0)
		return rc;
	*back = own;
	own = -1;
	return 0;
}

int vns_cgroup_return(int back, struct vns_error *err)
{
	if (back < 0 || write(back, "0", 1) == 1)
		return 0;
	return vns_error_errno(err, errno,
			       "moving back to this process's own cgroup");
}

static int find_other(int directory, int spared, bool *found,
		      struct vns_error *err)
{
	int fd = openat(directory, "cgroup.procs",
			O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	unsigned long pid;
	char line[32];

	if (!file) {
		vns_safefile_close(&fd);
		return vns_error_errno(err, errno, "cgroup.procs");
	}
	*found = false;
	while (!*found && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		*found = !vns_util_number(line, INT_MAX, &pid) ||
			 (int)pid != spared;
	}
	(void)fclose(file);
	return 0;
}

int vns_cgroup_populated(int directory, int spared, bool *populated,
			 struct vns_error *err)
{
	char events[256];
	int rc = vns_cgroup_read(directory, "cgroup.events", events,
				 sizeof(events), err);

	if (rc < 0)
		return rc;
	*populated = vns_cgname_populated(events);
	if (!*populated || spared == 0)
		return 0;
	return find_other(directory, spared, populated, err);
}
