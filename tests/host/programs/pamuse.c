/*
 * A program that uses PAM, of the kinds that pamtester is not:
 *
 *	pamuse two SERVICE USER OTHER	two sessions in one process
 *	pamuse next SERVICE USER OTHER
 *			opens USER's session, which a child goes on with, closes
 *			its own part of it, and opens OTHER's; each at the next
 *			line of standard input, and the child until its end
 *	pamuse state HOW SERVICE USER OTHER
 *			what open_session leaves changed; HOW is "plain",
 *			"fail" (the join fails) or "lie" (it only says it works)
 *	pamuse child HOW SERVICE USER FIFO
 *			SIGCHLD is "default", "ignored" or "handled"; a child of
 *			its own ends when FIFO is written to
 *	pamuse thread SERVICE USER	from another thread than the first
 *	pamuse later HOW SERVICE USER OTHER
 *			the account phase, and the session at the next line of
 *			standard input; in between HOW: "none" nothing; "other"
 *			the user becomes OTHER; "reuse" each socket's number is
 *			given to /dev/null; "child" a child opens the session
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <locale.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

/* Of the module's calls the first is the join. */
static enum { HONEST, FAIL, LIE } setns_does;
static int setns_calls;

int setns(int fd, int type)
{
	if (++setns_calls != 1 || setns_does == HONEST)
		return (int)syscall(SYS_setns, fd, type);
	errno = EPERM;
	return setns_does == LIE ? 0 : -1;
}

static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *context)
{
	int i;

	(void)context;
	*responses = calloc((size_t)count, sizeof(**responses));
	for (i = 0; i < count; i++)
		printf("says %s\n", messages[i]->msg);
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static const struct pam_conv conversation = { converse, NULL };

static pam_handle_t *begin(const char *service, const char *user)
{
	pam_handle_t *pamh = NULL;

	if (pam_start(service, user, &conversation, &pamh) != PAM_SUCCESS)
		exit(125);
	return pamh;
}

static int open_session(pam_handle_t *pamh, const char *what)
{
	int rc = pam_open_session(pamh, 0);

	printf("%s %s\n", what, rc == PAM_SUCCESS ? "opened" : "refused");
	return rc;
}

static void show_root(const char *what)
{
	struct stat st;

	if (stat("/", &st) == 0)
		printf("%s root=%lu:%lu\n", what, st.st_dev, st.st_ino);
}

static int use_two(char **argv)
{
	pam_handle_t *first = begin(argv[0], argv[1]);
	pam_handle_t *second = begin(argv[0], argv[2]);
	pam_handle_t *again = begin(argv[0], argv[1]);

	open_session(first, "first");
	show_root("first");
	open_session(second, "second");
	show_root("second");
	open_session(again, "again");
	open_session(first, "twice");
	show_root("twice");
	printf("other %s\n", getpwnam(argv[2]) ? "known" : "unknown");
	pam_end(again, 0);
	pam_end(second, 0);
	printf("close %d\n", pam_close_session(first, 0));
	pam_end(first, 0);
	return 0;
}

static int use_next(char **argv)
{
	pam_handle_t *first = begin(argv[0], argv[1]);
	pam_handle_t *second = begin(argv[0], argv[2]);
	char line[8];
	pid_t child;

	open_session(first, "first");
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	printf("close %d\n", pam_close_session(first, 0));
	if (fgets(line, sizeof(line), stdin))
		open_session(second, "second");
	while (fgets(line, sizeof(line), stdin))
		;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	pam_end(second, 0);
	pam_end(first, 0);
	return 0;
}

static void put_stat(FILE *to, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		fprintf(to, "%s is %lu:%lu\n", path, st.st_dev, st.st_ino);
	else
		fprintf(to, "%s: %s\n", path, strerror(errno));
}

static void put_descriptors(FILE *to)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		int fd = atoi(entry->d_name);
		char target[PATH_MAX];
		ssize_t length = readlinkat(dirfd(dir), entry->d_name, target,
					    sizeof(target));

		if (length >= 0 && fd != dirfd(dir))
			fprintf(to, "fd %d is %.*s, flags %d\n", fd,
				(int)length, target, fcntl(fd, F_GETFD));
	}
	if (dir)
		closedir(dir);
}

static void put_names(FILE *to, const char *other)
{
	const struct passwd *pw = getpwnam(other);
	const struct servent *service = getservbyname("ssh", "tcp");
	const struct group *group;
	gid_t groups[64];
	int i, count = 64;

	fprintf(to, "%s is uid %d\n", other, pw ? (int)pw->pw_uid : -1);
	if (pw && getgrouplist(other, pw->pw_gid, groups, &count) >= 0)
		for (i = 0; i < count; i++)
			fprintf(to, "%s is in group %u\n", other, groups[i]);
	group = getgrnam("project");
	fprintf(to, "group project is %d\n", group ? (int)group->gr_gid : -1);
	fprintf(to, "ssh is port %d\n",
		service ? (int)ntohs((uint16_t)service->s_port) : -1);
	for (i = 0, setpwent(); getpwent(); i++)
		;
	endpwent();
	fprintf(to, "%d accounts\n", i);
}

/* Describes all of this process that a refused session must not change. */
static char *describe(const char *other)
{
	struct sigaction action;
	sigset_t blocked;
	char *text = NULL, **variable;
	size_t size;
	mode_t mask = umask(0);
	FILE *to = open_memstream(&text, &size);
	int i;

	if (!to)
		exit(125);
	umask(mask);
	put_stat(to, "/");
	put_stat(to, ".");
	put_stat(to, "/proc/thread-self/ns/mnt");
	put_descriptors(to);
	put_names(to, other);
	fprintf(to, "locale %s, dumpable %d, umask %o\n",
		setlocale(LC_ALL, NULL), prctl(PR_GET_DUMPABLE), mask);
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	for (i = 1; i < NSIG; i++)
		if (sigaction(i, NULL, &action) == 0)
			fprintf(to, "signal %d %p %d\n", i,
				(void *)action.sa_handler,
				sigismember(&blocked, i));
	for (variable = environ; *variable; variable++)
		fprintf(to, "environment %s\n", *variable);
	fclose(to);
	return text;
}

/* Prints the lines of one text that the other does not have. */
static void show_missing(const char *what, char *text, const char *other)
{
	char *line, *rest = NULL;

	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		if (!strstr(other, line))
			printf("%s %s\n", what, line);
}

static int use_state(char **argv)
{
	pam_handle_t *pamh = begin(argv[1], argv[2]);
	char *before, *after, *copy;

	setns_does = strcmp(argv[0], "fail") == 0 ? FAIL :
		     strcmp(argv[0], "lie") == 0  ? LIE :
						    HONEST;
	umask(027);
	/* Its children are meant to have the one descriptor, not the other. */
	if (!setlocale(LC_ALL, "C.UTF-8") || open("/", O_RDONLY) < 0 ||
	    open("/", O_RDONLY | O_CLOEXEC) < 0)
		return 125;
	/* A first log line or lookup opens files: that is done before. */
	syslog(LOG_INFO, "pamuse begins");
	free(describe(argv[3]));
	before = describe(argv[3]);
	open_session(pamh, "session");
	after = describe(argv[3]);
	copy = strdup(before);
	show_missing("before", before, after);
	show_missing("after", after, copy);
	pam_end(pamh, 0);
	return 0;
}

static volatile sig_atomic_t signals, strangers;
static pid_t own_child;

static void on_child(int signal)
{
	int saved = errno;
	pid_t pid;

	(void)signal;
	signals++;
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		if (pid != own_child)
			strangers++;
	errno = saved;
}

static int use_child(char **argv)
{
	pam_handle_t *pamh = begin(argv[1], argv[2]);
	struct sigaction now, action = { .sa_handler = SIG_DFL };
	pid_t pid;

	if (strcmp(argv[0], "ignored") == 0)
		action.sa_handler = SIG_IGN;
	if (strcmp(argv[0], "handled") == 0)
		action.sa_handler = on_child;
	sigaction(SIGCHLD, &action, NULL);
	own_child = fork();
	if (own_child == 0)
		_exit(open(argv[3], O_RDONLY) < 0);
	open_session(pamh, "session");
	show_root("session");
	sigaction(SIGCHLD, NULL, &now);
	printf("SIGCHLD is %s\n",
	       now.sa_handler == action.sa_handler ? "as it was" : "changed");
	/* With SIGCHLD ignored, this only waits until there are none. */
	while ((pid = waitpid(-1, NULL, __WALL)) > 0)
		if (pid != own_child)
			strangers++;
	printf("signals %d strangers %d\n", (int)signals, (int)strangers);
	pam_end(pamh, 0);
	return 0;
}

static void *open_in_thread(void *argument)
{
	open_session(argument, "thread");
	show_root("thread");
	return NULL;
}

static int use_thread(char **argv)
{
	pam_handle_t *pamh = begin(argv[0], argv[1]);
	pthread_t thread;

	if (pthread_create(&thread, NULL, open_in_thread, pamh) != 0)
		return 125;
	pthread_join(thread, NULL);
	show_root("first");
	pam_end(pamh, 0);
	return 0;
}

/* Gives the number of each socket to another file; returns how many. */
static int replace_sockets(int numbers[FD_SETSIZE])
{
	int null = open("/dev/null", O_RDWR), fd, count = 0;
	struct stat st;

	for (fd = 3; fd < FD_SETSIZE; fd++)
		if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) &&
		    dup2(null, fd) == fd)
			numbers[count++] = fd;
	return count;
}

static void show_session(pam_handle_t *pamh)
{
	struct statx st = { 0 };
	int rc = open_session(pamh, "session");

	show_root("session");
	statx(AT_FDCWD, "/", 0, STATX_MNT_ID, &st);
	printf("session mount %llu admin %d\n", st.stx_mnt_id,
	       prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN));
	if (rc == PAM_SUCCESS)
		printf("close %d\n", pam_close_session(pamh, 0));
}

static int use_later(char **argv)
{
	pam_handle_t *pamh = begin(argv[1], argv[2]);
	int numbers[FD_SETSIZE], count = 0, i;
	struct stat st;
	char line[8];
	pid_t child = 0;

	printf("account %d\n", pam_acct_mgmt(pamh, 0));
	if (strcmp(argv[0], "other") == 0)
		pam_set_item(pamh, PAM_USER, argv[3]);
	if (strcmp(argv[0], "reuse") == 0)
		count = replace_sockets(numbers);
	if (strcmp(argv[0], "child") == 0)
		child = fork();
	if (child > 0)
		return waitpid(child, NULL, 0) != child;
	if (!fgets(line, sizeof(line), stdin))
		return 125;
	show_session(pamh);
	pam_end(pamh, 0);
	for (i = 0; i < count; i++)
		printf("number %s\n",
		       fstat(numbers[i], &st) == 0 && S_ISCHR(st.st_mode) ?
			       "kept" :
			       "lost");
	return 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 5 && strcmp(argv[1], "two") == 0)
		return use_two(argv + 2);
	if (argc == 5 && strcmp(argv[1], "next") == 0)
		return use_next(argv + 2);
	if (argc == 6 && strcmp(argv[1], "state") == 0)
		return use_state(argv + 2);
	if (argc == 6 && strcmp(argv[1], "child") == 0)
		return use_child(argv + 2);
	if (argc == 4 && strcmp(argv[1], "thread") == 0)
		return use_thread(argv + 2);
	if (argc == 6 && strcmp(argv[1], "later") == 0)
		return use_later(argv + 2);
	return 125;
}
