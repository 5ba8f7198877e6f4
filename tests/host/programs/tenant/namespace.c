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

/* The kernel lets everybody with power over the namespace raise its limits. */
static int raise_limit(const char *kind)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces", kind);
	fd = open(path, O_WRONLY);
	return fd < 0 || write(fd, "1000000", 7) != 7 ? -errno : 0;
}

static const struct kind *find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

/* Runs in a process that lives as long as the other end of until is open. */
static _Noreturn void hold_one(int flag, int uid, const int *until, int told)
{
	bool spread = uid > 0 && flag != CLONE_NEWUSER;
	char rc = 0;

	close(until[1]);
	if (uid > 0 && setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid) < 0)
		rc = (char)errno;
	/* Others than root need a user namespace, which gives them power. */
	else if ((spread && unshare(CLONE_NEWUSER) < 0) || unshare(flag) < 0)
		rc = (char)errno;
	if (write(told, &rc, 1) == 1)
		(void)!read(until[0], &rc, 1);
	_exit(0);
}

static int make_one(int flag, int uid, const int *until)
{
	char rc = BROKEN;
	int ends[2];

	if (pipe(ends) < 0)
		return BROKEN;
	if (fork() == 0)
		hold_one(flag, uid, until, ends[1]);
	close(ends[1]);
	if (read(ends[0], &rc, 1) != 1)
		return BROKEN;
	close(ends[0]);
	return -rc;
}

/* The kernel stops counting a namespace some time after its last process. */
static int make_one_at_last(int flag, int uid, const int *until)
{
	const struct timespec pace = { .tv_nsec = 50000000 };
	int i, rc = make_one(flag, uid, until);

	for (i = 0; rc == -ENOSPC && i < 40; i++) {
		nanosleep(&pace, NULL);
		rc = make_one(flag, uid, until);
	}
	return rc;
}

/*
 * many KIND N HOW: N namespaces at a time. HOW is plain, raised (the limit, by
 * us) or spread (over N users).
 */
int try_many(char **args)
{
	const struct kind *kind = find_kind(args[0]);
	bool spread = strcmp(args[2], "spread") == 0;
	int until[2], i, rc = 0;

	if (!kind || pipe(until) < 0)
		return BROKEN;
	if (strcmp(args[2], "raised") == 0 && raise_limit(kind->name) < 0)
		return BROKEN;
	for (i = 0; rc == 0 && i < number(args[1]); i++)
		rc = make_one_at_last(kind->flag, spread ? 100 + i : 0, until);
	close(until[1]);
	while (wait(NULL) > 0)
		;
	return rc;
}
