/*
 * "owned BASE COUNT PROGRAM..." runs PROGRAM as LXC and podman do, in new
 * namespaces of all types. Their first COUNT ids are BASE and those after it
 * outside.
 */
#include <err.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void map(int pid, const char *file, char **argv)
{
	char path[64];
	FILE *out;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	out = fopen(path, "w");
	if (!out || fprintf(out, "0 %s %s\n", argv[1], argv[2]) < 0 ||
	    fclose(out) < 0)
		err(1, "%s", path);
}

static void run(char **argv, int out, int in)
{
	char byte = 0;
	int pid;

	if (unshare(CLONE_NEWUSER) < 0 || write(out, &byte, 1) != 1 ||
	    read(in, &byte, 1) != 1 || setgroups(0, NULL) < 0 ||
	    setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0 ||
	    unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET |
		    CLONE_NEWCGROUP | CLONE_NEWPID) < 0)
		err(1, "unshare");
	pid = fork();
	if (pid == 0) {
		execvp(argv[3], argv + 3);
		err(1, "%s", argv[3]);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	int out[2], in[2], pid;
	char byte = 0;

	if (argc < 4 || pipe(out) < 0 || pipe(in) < 0)
		return 1;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, 9);
		run(argv, out[1], in[0]);
		return 0;
	}
	if (read(out[0], &byte, 1) != 1)
		return 1;
	map(pid, "uid_map", argv);
	map(pid, "gid_map", argv);
	if (write(in[1], &byte, 1) != 1)
		return 1;
	waitpid(pid, NULL, 0);
	return 0;
}
