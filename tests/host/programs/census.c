/*
 * Run as a user's shell, this prints what a session has, with nothing in
 * between: its descriptors, working directory, ids, capabilities, mounts and
 * environment.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

static void print_file(const char *name, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[4096];

	while (file && fgets(line, sizeof(line), file))
		printf("%s %s", name, line);
	if (file)
		fclose(file);
}

static void print_place(const char *name, const char *path)
{
	struct stat st = { 0 };

	stat(path, &st);
	printf("%s %lu:%lu\n", name, st.st_dev, st.st_ino);
}

static void print_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3,
						   0 };
	struct __user_cap_data_struct data[2] = { 0 };
	unsigned sum = 0;

	syscall(SYS_capget, &header, data);
	for (int i = 0; i < 2; i++)
		sum |= data[i].effective | data[i].permitted |
		       data[i].inheritable;
	for (int i = 0; i < 64; i++)
		sum |= prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) ==
		       1;
	printf("capabilities %s\n", sum ? "some" : "none");
}

static void print_ids(void)
{
	uid_t uid[3];
	gid_t gid[3], groups[256];
	int count = getgroups(256, groups);

	getresuid(&uid[0], &uid[1], &uid[2]);
	getresgid(&gid[0], &gid[1], &gid[2]);
	printf("ids %u %u %u %u %u %u\n", uid[0], uid[1], uid[2], gid[0],
	       gid[1], gid[2]);
	for (int i = 0; i < count; i++)
		printf("group %u\n", groups[i]);
}

int main(void)
{
	char cwd[4096] = "?";

	printf("begin\nfds");
	for (int fd = 0; fd < 65536; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			printf(" %d", fd);
	syscall(SYS_getcwd, cwd, sizeof(cwd));
	printf("\ncwd %s\n", cwd);
	print_place("here", ".");
	print_place("root", "/");
	print_ids();
	print_capabilities();
	print_file("marker", "/MARKER");
	print_file("mount", "/proc/self/mountinfo");
	for (char **env = environ; *env; env++)
		printf("env %s\n", *env);
	printf("end\n");
	return 0;
}
