/* Attacks with files of /proc, and tries to get capabilities back. */
#include "tenant.h"

/* --- /proc ---------------------------------------------------------------- */

static bool is_process(const char *name)
{
	return *name >= '0' && *name <= '9';
}

static bool found_one;

/* What is hidden is a device that takes everything, and does nothing. */
static bool is_null(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	       st.st_rdev == makedev(1, 3);
}

/* Writes nothing; EIO or so says that the file has no use for that. */
static void try_to_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return;
	if (!is_null(fd) &&
	    (write(fd, "", 0) == 0 || (errno != EIO && errno != EPERM))) {
		puts(path);
		found_one = true;
	}
	close(fd);
}

static void walk(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	char below[4096];

	while (directory && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.' ||
		    (strcmp(path, "/proc") == 0 && is_process(entry->d_name)))
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (entry->d_type == DT_DIR)
			walk(below);
		else if (entry->d_type == DT_REG)
			try_to_write(below);
	}
	if (directory)
		closedir(directory);
}

/* All of /proc but the processes. The network's files are behind a link. */
int try_walk(char **args)
{
	(void)args;
	walk("/proc");
	walk("/proc/self/net");
	return found_one ? 0 : -EROFS;
}

/* --- getting power back --------------------------------------------------- */

uint64_t capabilities(const char *which)
{
	char line[256], wanted[16];
	uint64_t set = 0;
	FILE *file = fopen("/proc/self/status", "r");

	snprintf(wanted, sizeof(wanted), "%s:", which);
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, wanted, strlen(wanted)) == 0)
			set = strtoull(line + strlen(wanted), NULL, 16);
	if (file)
		fclose(file);
	return set;
}

int show_power(void)
{
	printf("%016llx %016llx\n", (unsigned long long)capabilities("CapPrm"),
	       (unsigned long long)capabilities("CapBnd"));
	return 0;
}

/* filecaps DIRECTORY: gives a file all capabilities, and executes it. */
int try_filecaps(char **args)
{
	static const uint32_t all[] = { 0x02000001, ~0U, 0, ~0U >> 23, 0 };
	char copy[256];
	pid_t pid;
	int status;

	snprintf(copy, sizeof(copy), "%s/powerful", args[0]);
	if (setxattr(copy, "security.capability", all, sizeof(all), 0) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		execl(copy, copy, "is-powerful", NULL);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	return status == 0 ? 0 : -EPERM;
}
