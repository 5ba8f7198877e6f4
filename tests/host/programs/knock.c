/*
 * Talks to the keeper without the module:
 *
 *	knock [-f COUNT] [-s]	connects, sends standard input as one message,
 *			if there is any, with COUNT descriptors of /dev/null,
 *			and prints what comes back until the keeper ends the
 *			connection: "answer SIZE" for each message, and "ended".
 *			With -s, it stops itself (SIGSTOP) once it is connected.
 *
 * Exits with 1 if it cannot connect, after a word on why.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FDS_MAX 250

static int connect_keeper(void)
{
	const struct sockaddr_un address = { .sun_family = AF_UNIX,
					     .sun_path = "/run/vns/keeper" };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	if (fd < 0 ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		err(1, "%s", address.sun_path);
	return fd;
}

static void send_message(int fd, char *text, size_t length, int count)
{
	union {
		char space[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct cmsghdr header;
	} control = { 0 };
	struct iovec iov = { text, length };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fds[FDS_MAX], i;

	for (i = 0; i < count; i++)
		fds[i] = open("/dev/null", O_RDWR);
	if (count > 0) {
		const size_t size = (size_t)count * sizeof(*fds);

		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(&control.header), fds, size);
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(size);
	}
	/* A keeper that does not wait for the message has ended it already. */
	if (sendmsg(fd, &message, MSG_NOSIGNAL) < 0)
		warn("sending");
}

int main(int argc, char **argv)
{
	static char text[1024 * 1024], answer[128 * 1024];
	int option, count = 0, stops = 0, fd;
	ssize_t size;
	size_t length;

	while ((option = getopt(argc, argv, "f:s")) != -1) {
		if (option == 'f')
			count = atoi(optarg);
		else if (option == 's')
			stops = 1;
		else
			errx(2, "wrong usage");
	}
	if (count < 0 || count > FDS_MAX)
		errx(2, "at most %d descriptors", FDS_MAX);
	length = fread(text, 1, sizeof(text), stdin);
	fd = connect_keeper();
	if (stops)
		raise(SIGSTOP);
	if (length > 0)
		send_message(fd, text, length, count);
	while ((size = recv(fd, answer, sizeof(answer), 0)) > 0)
		printf("answer %zd\n", size);
	puts("ended");
	return 0;
}
