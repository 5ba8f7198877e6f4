/* Attacks with what is shared with other tenants and the host's users. */
#include "tenant.h"

/* --- what is shared ------------------------------------------------------- */

static socklen_t abstract(struct sockaddr_un *address, const char *name)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1, "%s",
		 name);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			   strlen(name));
}

static int connect_to(const char *name)
{
	struct sockaddr_un address;
	socklen_t length = abstract(&address, name);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return connect(fd, (void *)&address, length) < 0 ? -1 : fd;
}

int try_connect(char **args)
{
	return done_if(connect_to(args[0]));
}

int try_shm(char **args)
{
	return done_if(shmget(number(args[0]), 0, 0));
}

/* key SERIAL: reads a key of the host's. */
int try_key(char **args)
{
	char text[64] = "";

	return done_if(syscall(SYS_keyctl, KEYCTL_READ, number(args[0]), text,
			       sizeof(text) - 1, 0));
}

/* search NAME: finds a key by the keyrings of this process's user. */
int try_search(char **args)
{
	static const int rings[] = { KEY_SPEC_SESSION_KEYRING,
				     KEY_SPEC_USER_KEYRING,
				     KEY_SPEC_USER_SESSION_KEYRING,
				     KEY_SPEC_PROCESS_KEYRING };
	size_t i;

	for (i = 0; i < sizeof(rings) / sizeof(rings[0]); i++)
		if (syscall(SYS_keyctl, KEYCTL_SEARCH, rings[i], "user",
			    args[0], 0) >= 0)
			return 0;
	return -errno;
}

int add_key(const char *name)
{
	long serial = syscall(SYS_add_key, "user", name, "secret", 6,
			      KEY_SPEC_USER_KEYRING);

	if (serial < 0) {
		perror("add_key");
		return 1;
	}
	printf("%ld\n", serial);
	return 0;
}

/* Gets a pidfd of the process at the other end of a socket, and uses it. */
int try_peer(char **args)
{
	int fd = -1, pidfd = -1, tries;
	socklen_t length = sizeof(pidfd);
	bool any = false;
	size_t i;

	for (tries = 0; fd < 0 && tries < 100; tries++)
		fd = connect_to(args[0]);
	if (fd < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &length) < 0)
		return -errno;
	for (i = 0; i < KINDS; i++)
		any |= setns(pidfd, kinds[i].flag) == 0;
	any |= syscall(SYS_pidfd_getfd, pidfd, 0, 0) >= 0;
	any |= syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) == 0;
	is_outside();
	return any ? 0 : -EPERM;
}

/* --- other tenants and the host's users ----------------------------------- */

/* offer NAME FILE: gives an open FILE to everybody who connects. */
int offer(char **args)
{
	char space[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec byte = { (void *)"", 1 };
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = space,
		.msg_controllen = sizeof(space),
	};
	struct cmsghdr *control = CMSG_FIRSTHDR(&message);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un address;
	socklen_t length = abstract(&address, args[0]);
	int file = open(args[1], O_PATH), peer;

	if (file < 0 || bind(listener, (void *)&address, length) < 0 ||
	    listen(listener, 8) < 0) {
		perror("offer");
		return 1;
	}
	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(control), &file, sizeof(int));
	while ((peer = accept(listener, NULL, NULL)) >= 0) {
		sendmsg(peer, &message, 0);
		close(peer);
	}
	return 1;
}

/* take NAME: executes what it is given, or "suid" in it. */
int take(char **args)
{
	char space[CMSG_SPACE(sizeof(int))] = { 0 }, byte;
	struct iovec into = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &into,
		.msg_iovlen = 1,
		.msg_control = space,
		.msg_controllen = sizeof(space),
	};
	char *const argv[] = { (char *)"tenant", (char *)"whoami", NULL };
	char *const envp[] = { NULL };
	int file, fd = connect_to(args[0]);

	if (fd < 0 || recvmsg(fd, &message, 0) <= 0 ||
	    !CMSG_FIRSTHDR(&message)) {
		perror("take");
		return 1;
	}
	memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	syscall(SYS_execveat, file, "", argv, envp, AT_EMPTY_PATH);
	syscall(SYS_execveat, file, "suid", argv, envp, 0);
	perror("execveat");
	return 1;
}

/* listen NAME: leaves everybody waiting who connects. */
int listen_for_ever(char **args)
{
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un address;
	socklen_t length = abstract(&address, args[0]);

	if (bind(listener, (void *)&address, length) < 0 ||
	    listen(listener, 8) < 0) {
		perror("listen");
		return 1;
	}
	for (;;)
		pause();
}

int share_memory(char **args)
{
	return shmget(number(args[0]), 4096, IPC_CREAT | 0666) < 0;
}

/* fill: takes all the inotify instances that this user may have. */
int fill(char **args)
{
	int count = 0;

	(void)args;
	while (inotify_init() >= 0)
		count++;
	printf("%d\n", count);
	fflush(stdout);
	pause();
	return 0;
}

int try_inotify(char **args)
{
	(void)args;
	return done_if(inotify_init());
}

/* overwrite FD SECONDS: opens a program to write, once nobody executes it. */
int try_overwrite(char **args)
{
	char path[64];
	time_t end = time(NULL) + number(args[1]);

	snprintf(path, sizeof(path), "/proc/self/fd/%s", args[0]);
	for (;;) {
		struct timespec moment = { 0, 10000000 };

		if (open(path, O_WRONLY) >= 0)
			return 0;
		if (errno != ETXTBSY || time(NULL) > end)
			return -errno;
		nanosleep(&moment, NULL);
	}
}
