/*
 * pins mounts			the mount table of the mount namespace that has
 *				the vservers' pins
 * pins number NAME/FILE	st_ino of what is pinned on that file
 * pins mount SOURCE NAME/FILE	pins the namespace SOURCE there
 * pins umount NAME/FILE	unmounts all that is mounted there
 *
 * The mount namespace is that of the pin $PINS, or else of /run/vns.
 */
#include "holder.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 4
#endif

static void print_mounts(int proc)
{
	int fd = openat(proc, "self/mountinfo", O_RDONLY);
	char text[65536];
	ssize_t size;

	while ((size = read(fd, text, sizeof(text))) > 0)
		if (write(1, text, (size_t)size) != size)
			err(1, "write");
	if (fd < 0 || size < 0)
		err(1, "mountinfo");
}

static void mount_on(int source, const char *path)
{
	int made = (int)syscall(SYS_open_tree, source, "",
				AT_EMPTY_PATH | OPEN_TREE_CLONE);

	if (made < 0 || syscall(SYS_move_mount, made, "", AT_FDCWD, path,
				MOVE_MOUNT_F_EMPTY_PATH) < 0)
		err(1, "%s", path);
}

static void unmount(const char *path)
{
	int count = 0;

	while (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		count++;
	if (count == 0)
		err(1, "%s", path);
}

int main(int argc, char **argv)
{
	const char *pin = getenv("PINS") ? getenv("PINS") : HOLDER;
	int proc = open("/proc", O_PATH | O_DIRECTORY);
	int mnt = open(pin, O_RDONLY);
	struct stat st;
	int source = -1;

	if (argc == 4 && strcmp(argv[1], "mount") == 0) {
		source = open(argv[2], O_RDONLY);
		if (source < 0)
			err(1, "%s", argv[2]);
	}
	if (mnt < 0 || setns(mnt, CLONE_NEWNS) < 0)
		err(1, "%s", pin);
	if (source >= 0)
		mount_on(source, argv[3]);
	else if (argc == 2 && strcmp(argv[1], "mounts") == 0)
		print_mounts(proc);
	else if (argc == 3 && strcmp(argv[1], "umount") == 0)
		unmount(argv[2]);
	else if (argc == 3 && strcmp(argv[1], "number") == 0) {
		if (stat(argv[2], &st) < 0)
			err(1, "%s", argv[2]);
		printf("%lu\n", (unsigned long)st.st_ino);
	} else
		errx(2, "usage");
	return 0;
}
