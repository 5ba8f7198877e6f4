/*
 * What somebody who is root inside a vserver tries: one attack for each line
 * of standard input, each in a process of its own. This prints what came of it,
 * "LINE: done" or "LINE: denied (why)". It is linked statically, so that it
 * runs wherever the attacker is. No attack does harm where it succeeds.
 */
#include "tenant.h"

static const struct attack {
	const char *name;
	int arguments;
	int (*attempt)(char **args);
} attacks[] = {
	{ "ptrace", 1, try_ptrace },
	{ "seize", 1, try_seize },
	{ "readv", 1, try_readv },
	{ "writev", 1, try_writev },
	{ "getfd", 1, try_getfd },
	{ "kcmp", 1, try_kcmp },
	{ "perf", 1, try_perf },
	{ "perf-all", 0, try_perf_all },
	{ "proc", 1, try_proc },
	{ "signal", 1, try_signal },
	{ "kill", 1, try_kill },
	{ "limit", 1, try_limit },
	{ "everybody", 0, try_everybody },
	{ "end-init", 0, try_end_init },
	{ "move-init", 0, try_move_init },
	{ "join", 1, try_join },
	{ "relatives", 0, try_relatives },
	{ "numbers", 0, try_numbers },
	{ "many", 3, try_many },
	{ "call", 1, try_call },
	{ "call32", 1, try_call32 },
	{ "clear", 2, try_clear },
	{ "umount", 1, try_umount },
	{ "uncover", 1, try_uncover },
	{ "mount", 3, try_mount },
	{ "idmap", 1, try_idmap },
	{ "chroot", 0, try_chroot },
	{ "pivot", 0, try_pivot },
	{ "byhandle", 2, try_byhandle },
	{ "read", 1, try_read },
	{ "write", 1, try_write },
	{ "create", 1, try_create },
	{ "exec", 1, try_exec },
	{ "hide", 0, try_hide },
	{ "mknod", 4, try_mknod },
	{ "mknod-tmpfs", 3, try_mknod_tmpfs },
	{ "module", 0, try_module },
	{ "kexec", 0, try_kexec },
	{ "reboot", 0, try_reboot },
	{ "swap", 0, try_swap },
	{ "clock", 0, try_clock },
	{ "hostname", 0, try_hostname },
	{ "syslog", 0, try_syslog },
	{ "ports", 0, try_ports },
	{ "realtime", 0, try_realtime },
	{ "bpf", 0, try_bpf },
	{ "raw", 0, try_raw },
	{ "interface", 0, try_interface },
	{ "port", 1, try_port },
	{ "connect", 1, try_connect },
	{ "shm", 1, try_shm },
	{ "key", 1, try_key },
	{ "search", 1, try_search },
	{ "peer", 1, try_peer },
	{ "inotify", 0, try_inotify },
	{ "walk", 0, try_walk },
	{ "filecaps", 1, try_filecaps },
	{ "overwrite", 2, try_overwrite },
};

/* nest ATTACK: makes the attack with all power in a user namespace. */
static int nest(void)
{
	/* Ids are not mapped: without CAP_SETFCAP our 0 could not be. */
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) < 0)
		return -errno;
	if (mount(NULL, "/", NULL, 16384 | (1 << 18), NULL) < 0)
		return -errno;
	return 0;
}

static int attempt(char *line)
{
	char *args[8] = { NULL };
	char *word = strtok(line, " ");
	bool nested = word && strcmp(word, "nest") == 0;
	size_t i;
	int count = 0, rc;

	if (nested)
		word = strtok(NULL, " ");
	for (i = 0; word && i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		if (strcmp(attacks[i].name, word) != 0)
			continue;
		while (count < 7 && (args[count] = strtok(NULL, " ")))
			count++;
		if (count != attacks[i].arguments)
			return BROKEN;
		rc = nested ? nest() : 0;
		return rc < 0 ? rc : attacks[i].attempt(args);
	}
	return BROKEN;
}

static _Noreturn void attempt_and_tell(const char *line, int channel)
{
	char copy[1024];
	int rc;

	alarm(30);
	snprintf(copy, sizeof(copy), "%s", line);
	rc = attempt(copy);
	if (rc == 0)
		dprintf(channel, "%s: done%s\n", line, detail);
	else if (rc < 0)
		dprintf(channel, "%s: denied (%s)\n", line, strerror(-rc));
	_exit(rc == BROKEN);
}

/* Makes the attacks that standard input has, one a line. */
static int batch(void)
{
	char line[1024];
	int status;

	setvbuf(stdout, NULL, _IONBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		pid_t pid;

		line[strcspn(line, "\n")] = '\0';
		if (!*line)
			continue;
		pid = fork();
		if (pid == 0)
			attempt_and_tell(line, 1);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
			printf("%s: broken (%d)\n", line, status);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";

	if (strcmp(command, "batch") == 0)
		return batch();
	if (strcmp(command, "power") == 0)
		return show_power();
	if (strcmp(command, "is-powerful") == 0)
		return !(capabilities("CapPrm") >> 21 & 1);
	if (strcmp(command, "whoami") == 0)
		return printf("euid=%u\n", geteuid()) < 0;
	if (strcmp(command, "handle") == 0 && argc == 3)
		return show_handle(argv[2]);
	if (strcmp(command, "add-key") == 0 && argc == 3)
		return add_key(argv[2]);
	if (strcmp(command, "listen") == 0 && argc == 3)
		return listen_for_ever(argv + 2);
	if (strcmp(command, "share") == 0 && argc == 3)
		return share_memory(argv + 2);
	if (strcmp(command, "offer") == 0 && argc == 4)
		return offer(argv + 2);
	if (strcmp(command, "take") == 0 && argc == 3)
		return take(argv + 2);
	if (strcmp(command, "fill") == 0)
		return fill(argv);
	return 2;
}
