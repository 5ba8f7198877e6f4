/* Attacks namespaces: joins those of others, and looks for them. */
#include "tenant.h"

/* Joins each namespace of a process, by its file and by a pidfd. */
int try_join(char **args)
{
	int pidfd = pidfd_open(args[0]), code = -ENOENT;
	bool any = false;
	char path[64];
	size_t i;

	for (i = 0; i < KINDS; i++) {
		int fd;

		snprintf(path, sizeof(path), "/proc/%s/ns/%s", args[0],
			 kinds[i].name);
		fd = open(path, O_RDONLY);
		if ((fd >= 0 && setns(fd, kinds[i].flag) == 0) ||
		    (pidfd >= 0 && setns(pidfd, kinds[i].flag) == 0)) {
			note(kinds[i].name);
			any = true;
		} else {
			code = -errno;
		}
	}
	is_outside();
	return any ? 0 : code;
}

/* Goes from our namespaces to those above them and beside them. */
int try_relatives(char **args)
{
	static const unsigned long ways[] = { NS_GET_PARENT, NS_MNT_GET_NEXT,
					      NS_MNT_GET_PREV };
	bool any = false;
	char path[64];
	size_t i, way;

	(void)args;
	for (i = 0; i < KINDS; i++) {
		int fd;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", kinds[i].name);
		fd = open(path, O_RDONLY);
		for (way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
			char info[64] = { 16 };
			int found = fd, steps;

			for (steps = 0; found >= 0 && steps < 64; steps++) {
				found = ioctl(found, ways[way], info);
				if (found < 0 ||
				    setns(found, kinds[i].flag) < 0)
					continue;
				note(kinds[i].name);
				any = true;
			}
		}
	}
	return is_outside() || any ? 0 : -EPERM;
}

/* Joins namespaces by number: since 6.18 they have file handles. */
int try_numbers(char **args)
{
	struct {
		struct file_handle handle;
		uint64_t id;
		uint32_t type, inode;
	} wanted = { { .handle_bytes = 16, .handle_type = 0xf1 }, 0, 0, 0 };
	size_t i;

	(void)args;
	for (wanted.id = 1; wanted.id < 4096; wanted.id++) {
		int fd = open_by_handle_at(-10003, &wanted.handle, O_RDONLY);

		for (i = 0; fd >= 0 && i < KINDS; i++)
			setns(fd, kinds[i].flag);
		if (fd >= 0)
			close(fd);
	}
	return is_outside() ? 0 : -EPERM;
}
