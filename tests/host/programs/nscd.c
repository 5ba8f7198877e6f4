/*
 * nscd SOCKET LOG: a tenant's name service cache daemon. It tells in LOG who
 * connects, and answers nobody.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	if (argc != 3 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 2;
	strcpy(address.sun_path, argv[1]);
	if (bind(listener, (void *)&address, sizeof(address)) < 0 ||
	    chmod(argv[1], 0666) < 0 || listen(listener, 10) < 0) {
		perror(argv[1]);
		return 1;
	}
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		struct ucred peer;
		socklen_t length = sizeof(peer);
		FILE *log = fopen(argv[2], "ae");

		if (fd >= 0 && log &&
		    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) ==
			    0)
			fprintf(log, "uid=%u euid=%u pid=%d nscd\n", peer.uid,
				peer.uid, peer.pid);
		if (log)
			fclose(log);
		if (fd >= 0)
			close(fd);
	}
}
