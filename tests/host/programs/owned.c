/*
 * "owned [-u UID] [-n FILE] BASE COUNT PROGRAM..." runs PROGRAM as LXC and
 * podman do, in new namespaces of all types. Their first COUNT ids are BASE and
 * those after it outside. The user namespace belongs to root; with -u to UID,
 * as if they had made it, and newuidmap had mapped it. With -n the network is
 * that of FILE, another container's.
 */
#include <err.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static uid_t owner;
static const char *net;

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
	int pid, types = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
			 CLONE_NEWCGROUP | CLONE_NEWPID;

	if (net && setns(open(net, O_RDONLY | O_CLOEXEC), CLONE_NEWNET) < 0)
		err(1, "%s", net);
	if (!net)
		types |= CLONE_NEWNET;
	if (owner &&
	    (setgroups(0, NULL) < 0 || setresgid(owner, owner, owner) < 0 ||
	     setresuid(owner, owner, owner) < 0))
		err(1, "uid %u", owner);
	if (unshare(CLONE_NEWUSER) < 0 || write(out, &byte, 1) != 1 ||
	    read(in, &byte, 1) != 1 || setgroups(0, NULL) < 0 ||
	    setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0 ||
	    unshare(types) < 0)
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
	int out[2], in[2], pid, option;
	char byte = 0;

	while ((option = getopt(argc, argv, "+u:n:")) != -1) {
		if (option == 'u')
			owner = (uid_t)atoi(optarg);
		else if (option == 'n')
			net = optarg;
		else
			return 1;
	}
	/* The arguments are those behind argv[0]. */
	argc -= optind - 1;
	argv += optind - 1;
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
