/*
 * Opens many sessions, several at a time and each in a process of its own,
 * while processes of the keeper are killed:
 *
 *	siege SERVICE USER ROOT COUNT LANES WHOM RESULTS
 *
 * ROOT is the directory that a session's "/" must be. WHOM is "nobody",
 * "keeper" (the keeper, and who starts it), or "all" (its workers as well).
 * Session N has the PAM_TTY siege/N; a line "N inside" or "N refused" is
 * appended to RESULTS. Every other session is closed, the rest just ends.
 * Prints how many were inside, refused and wrong, how many processes were
 * killed, and at how many sockets of keepers logins could have been accepted,
 * at most, for longer than a moment.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* In microseconds: from one kill to the next; and a moment. */
#define KILL_MOST 60000
#define MOMENT 200000

static struct {
	long next, inside, refused, wrong, killed, listeners;
	bool done;
} * shared;

static struct stat host, inside;
static const char *service, *user;
static long count;
static int results;

/* --- sessions ------------------------------------------------------------- */

static int silence(int number, const struct pam_message **messages,
		   struct pam_response **responses, void *data)
{
	(void)messages;
	(void)data;
	*responses = calloc((size_t)number, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static bool is_root(const struct stat *expected)
{
	struct stat st;

	return stat("/", &st) == 0 && st.st_dev == expected->st_dev &&
	       st.st_ino == expected->st_ino;
}

static void report(long number, const char *what)
{
	char line[64];
	int length = snprintf(line, sizeof(line), "%ld %s\n", number, what);

	if (write(results, line, (size_t)length) != length)
		_exit(125);
}

static void count_one(long *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
}

static _Noreturn void open_one(long number)
{
	static const struct pam_conv conversation = { silence, NULL };
	pam_handle_t *pamh;
	char tty[32];
	int rc;

	snprintf(tty, sizeof(tty), "siege/%ld", number);
	if (pam_start(service, user, &conversation, &pamh) != PAM_SUCCESS ||
	    pam_set_item(pamh, PAM_TTY, tty) != PAM_SUCCESS)
		_exit(125);
	rc = pam_open_session(pamh, 0);
	if (rc == PAM_SUCCESS && is_root(&inside)) {
		count_one(&shared->inside);
		report(number, "inside");
	} else if (rc != PAM_SUCCESS && is_root(&host)) {
		count_one(&shared->refused);
		report(number, "refused");
	} else {
		count_one(&shared->wrong);
		report(number, "wrong");
	}
	if (rc == PAM_SUCCESS && number % 2)
		rc = pam_close_session(pamh, 0);
	_exit(0);
}

static _Noreturn void run_lane(void)
{
	long number;
	int status;
	pid_t pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((number = __atomic_fetch_add(&shared->next, 1,
					    __ATOMIC_SEQ_CST)) < count) {
		pid = fork();
		if (pid == 0)
			open_one(number);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
			count_one(&shared->wrong);
	}
	_exit(0);
}

/* --- the killer ----------------------------------------------------------- */

static bool read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	if (length < 0)
		return false;
	text[length] = '\0';
	return true;
}

/* Whether the process is "vns keeper", or was forked from it. */
static bool is_keepers(int pid)
{
	char path[64], text[256] = "";

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	return read_file(path, text, sizeof(text)) && strstr(text, "/vns") &&
	       strcmp(text + strlen(text) + 1, "keeper") == 0;
}

/* Whether the process was forked by the keeper whose number the lock has. */
static bool is_forked(int pid)
{
	char path[64], text[1024], *line;
	int keeper, parent;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (!read_file(path, text, sizeof(text)))
		return false;
	line = strstr(text, "\nPPid:");
	return line && sscanf(line, "\nPPid: %d", &parent) == 1 &&
	       read_file("/run/vns/keeper.lock", text, sizeof(text)) &&
	       sscanf(text, "%d", &keeper) == 1 && parent == keeper;
}

/*
 * The keeper has its lock open. Those that it has forked do not, but for a
 * moment: who closes a session would run its hooks no more if killed then.
 */
static bool is_keeper(int pid)
{
	char path[64], target[64];
	int fd;

	if (is_forked(pid))
		return false;

	for (fd = 3; fd < 16; fd++) {
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
		length = readlink(path, target, sizeof(target) - 1);
		target[length > 0 ? length : 0] = '\0';
		if (strcmp(target, "/run/vns/keeper.lock") == 0)
			return true;
	}
	return false;
}

/*
 * A worker holds its keeper by a pidfd. What closes a session does not: it is
 * spared here.
 */
static bool is_worker(int pid)
{
	char path[64], text[512];
	int fd;

	for (fd = 3; fd < 16; fd++) {
		int held;
		char *line;

		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
		if (!read_file(path, text, sizeof(text)))
			continue;
		line = strstr(text, "\nPid:");
		if (line && sscanf(line, "\nPid: %d", &held) == 1 && held > 0 &&
		    is_keeper(held))
			return true;
	}
	return false;
}

/* Lists whom to kill. */
static size_t find_victims(bool all, int *victims, size_t most)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	size_t found = 0;

	while (proc && found < most && (entry = readdir(proc))) {
		int pid = atoi(entry->d_name);

		if (pid > 1 && is_keepers(pid) &&
		    (is_keeper(pid) || (all && is_worker(pid))))
			victims[found++] = pid;
	}
	if (proc)
		closedir(proc);
	return found;
}

/* How many sockets there are at which a keeper listens. */
static long count_listeners(void)
{
	FILE *list = fopen("/proc/net/unix", "re");
	char line[256];
	long found = 0;
	unsigned flags;

	while (list && fgets(line, sizeof(line), list))
		if (strstr(line, " /run/vns/keeper\n") &&
		    sscanf(line, "%*s %*x %*x %x", &flags) == 1 &&
		    flags & 0x10000)
			found++;
	if (list)
		fclose(list);
	return found;
}

static void look_at_listeners(void)
{
	long found = count_listeners();

	/* What has been killed may need a moment to be gone. */
	if (found > 1) {
		usleep(MOMENT);
		found = count_listeners();
	}
	if (found > shared->listeners)
		shared->listeners = found;
}

static _Noreturn void run_killer(bool all)
{
	int victims[64];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	srandom((unsigned)time(NULL));
	while (!__atomic_load_n(&shared->done, __ATOMIC_SEQ_CST)) {
		size_t found;

		usleep((useconds_t)(random() % KILL_MOST));
		found = find_victims(all, victims, 64);
		if (found > 0 &&
		    kill(victims[(size_t)random() % found], SIGKILL) == 0)
			count_one(&shared->killed);
		look_at_listeners();
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	int lanes, i;
	pid_t killer = -1;

	if (argc != 8 || stat("/", &host) < 0 || stat(argv[3], &inside) < 0)
		errx(2, "wrong usage");
	service = argv[1];
	user = argv[2];
	count = atol(argv[4]);
	lanes = atoi(argv[5]);
	results =
		open(argv[7], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (results < 0 || shared == MAP_FAILED)
		err(2, "%s", argv[7]);
	if (strcmp(argv[6], "nobody") != 0) {
		killer = fork();
		if (killer == 0)
			run_killer(strcmp(argv[6], "all") == 0);
	}
	for (i = 0; i < lanes; i++)
		if (fork() == 0)
			run_lane();
	while (i > 0)
		if (wait(NULL) != killer)
			i--;
	__atomic_store_n(&shared->done, true, __ATOMIC_SEQ_CST);
	while (wait(NULL) > 0)
		;
	printf("inside %ld refused %ld wrong %ld killed %ld listeners %ld\n",
	       shared->inside, shared->refused, shared->wrong, shared->killed,
	       shared->listeners);
	return shared->wrong > 0 || shared->listeners > 1;
}
