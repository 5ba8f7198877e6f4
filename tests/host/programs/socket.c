/*
 * A daemon with a socket in a directory of its own, as databases have, and its
 * client:
 *
 *	socket listen PATH WORD	makes the socket anew, and says WORD to whoever
 *				connects
 *	socket ask PATH		prints what is said; exits with 1 if nobody
 *				listens, after a word on why
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int make_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0)
		err(1, "socket");
	return fd;
}

static void listen_there(const struct sockaddr_un *address, const char *word)
{
	int fd = make_socket();

	unlink(address->sun_path);
	umask(0);
	if (bind(fd, (const void *)address, sizeof(*address)) < 0 ||
	    listen(fd, 5) < 0)
		err(1, "%s", address->sun_path);
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client >= 0) {
			dprintf(client, "%s\n", word);
			close(client);
		}
	}
}

static void ask_there(const struct sockaddr_un *address)
{
	int fd = make_socket();
	char text[256];
	ssize_t count;

	if (connect(fd, (const void *)address, sizeof(*address)) < 0)
		err(1, "%s", address->sun_path);
	while ((count = read(fd, text, sizeof(text))) > 0)
		fwrite(text, 1, (size_t)count, stdout);
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (argc < 3 || strlen(argv[2]) >= sizeof(address.sun_path))
		return 2;
	strcpy(address.sun_path, argv[2]);
	if (argc == 4 && strcmp(argv[1], "listen") == 0)
		listen_there(&address, argv[3]);
	else
		ask_there(&address);
	return 0;
}
