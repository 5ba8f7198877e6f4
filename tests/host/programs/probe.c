/*
 * Run inside a vserver, with or without its set-user-ID bit, this prints the
 * effective user ID, or, if told to "break-out", leaves a chroot in the classic
 * way and prints whose root directory it arrives in. It is linked statically.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int break_out(void)
{
	int i, fd = open("/", O_RDONLY | O_DIRECTORY);
	struct stat st;

	mkdir("/cage", 0755);
	if (fd < 0 || chroot("/cage") < 0 || fchdir(fd) < 0)
		return 1;
	for (i = 0; i < 100; i++)
		if (chdir("..") < 0)
			return 1;
	if (chroot(".") < 0 || stat("/", &st) < 0)
		return 1;
	printf("%u:%lu\n", (unsigned)st.st_dev, st.st_ino);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "break-out") == 0)
		return break_out();
	printf("%d\n", geteuid());
	return 0;
}
