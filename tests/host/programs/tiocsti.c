/*
 * tiocsti TEXT: types TEXT into every terminal it can get hold of, as if the
 * person at it had (ioctl_tty(2), TIOCSTI). It prints how many took it, and
 * what the others said.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int taken;

static void type(int fd, const char *name, const char *text)
{
	for (; *text; text++)
		if (ioctl(fd, TIOCSTI, text) < 0) {
			printf("%s: %s\n", name, strerrorname_np(errno));
			return;
		}
	taken++;
}

static void type_into(const char *path, const char *text)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return;
	type(fd, path, text);
	close(fd);
}

int main(int argc, char **argv)
{
	char path[300];
	struct dirent *entry;
	DIR *dir = opendir("/dev/pts");
	int fd;

	if (argc != 2)
		return 2;
	for (fd = 0; fd < 64; fd++)
		if (isatty(fd))
			type(fd, "descriptor", argv[1]);
	type_into("/dev/tty", argv[1]);
	type_into("/dev/console", argv[1]);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') {
			snprintf(path, sizeof(path), "/dev/pts/%s",
				 entry->d_name);
			type_into(path, argv[1]);
		}
	printf("taken by %d\n", taken);
	return 0;
}
