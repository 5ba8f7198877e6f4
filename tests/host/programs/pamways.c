/*
 * Programs that use PAM as few do. Each opens a session for USER of SERVICE,
 * runs /usr/local/bin/where in it with USER's ids, and closes the session:
 *
 *	pamways shared SERVICE USER	a thread does, which shares root and
 *					working directory with two more
 *	pamways apart SERVICE USER	a thread does that has its own
 *	pamways stack KIB SERVICE USER	a thread with a stack of this size does
 *	pamways forked SERVICE USER	a child does, with its parent's handle
 *	pamways closed SERVICE USER	with descriptors 0, 1 and 2 closed, and
 *					others in their place afterwards
 *	pamways limit NAME NUMBER SERVICE USER
 *					with a limit, "stack" for example
 *
 * What the session is and what the others have remained is in the output.
 */
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WHERE "/usr/local/bin/where"

static FILE *out;
static pam_handle_t *handle;
static const char *user;

static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *context)
{
	int i;

	(void)context;
	*responses = calloc((size_t)count, sizeof(**responses));
	for (i = 0; i < count; i++)
		fprintf(out, "says %s\n", messages[i]->msg);
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static const struct pam_conv conversation = { converse, NULL };

static void begin(const char *service, const char *name)
{
	user = name;
	if (pam_start(service, user, &conversation, &handle) != PAM_SUCCESS)
		exit(125);
}

static void show(const char *who)
{
	struct stat root, cwd, mnt;

	if (stat("/", &root) == 0 && stat(".", &cwd) == 0 &&
	    stat("/proc/thread-self/ns/mnt", &mnt) == 0)
		fprintf(out, "%s root=%lu:%lu cwd=%lu:%lu mnt=%lu uid=%u\n",
			who, root.st_dev, root.st_ino, cwd.st_dev, cwd.st_ino,
			mnt.st_ino, geteuid());
}

static void run_where(void)
{
	const struct passwd *pw = getpwnam(user);
	char *const argv[] = { (char *)WHERE, NULL };
	char *const envp[] = { (char *)"PATH=/usr/bin:/bin", NULL };
	int status = -1;
	pid_t pid;

	fflush(out);
	pid = fork();
	if (pid == 0) {
		dup2(fileno(out), 1);
		dup2(fileno(out), 2);
		if (pw && initgroups(pw->pw_name, pw->pw_gid) == 0 &&
		    setgid(pw->pw_gid) == 0 && setuid(pw->pw_uid) == 0)
			execve(WHERE, argv, envp);
		_exit(126);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (status != 0)
		fprintf(out, "where failed: %#x\n", (unsigned)status);
}

/* Goes through one session, from its beginning to its end. */
static void *use(void *unused)
{
	int rc = pam_open_session(handle, 0);

	(void)unused;
	fprintf(out, "%s\n", rc == PAM_SUCCESS ? "opened" : "refused");
	if (rc != PAM_SUCCESS)
		return NULL;
	run_where();
	pam_close_session(handle, 0);
	return NULL;
}

static void *use_apart(void *unused)
{
	return unshare(CLONE_FS) < 0 ? NULL : use(unused);
}

/* The witness tells where it is when it is asked: before, and after. */
static pthread_barrier_t asked, answered;

static void *witness(void *unused)
{
	int i;

	for (i = 0; i < 2; i++) {
		pthread_barrier_wait(&asked);
		show("witness");
		pthread_barrier_wait(&answered);
	}
	return unused;
}

static void ask_witness(void)
{
	pthread_barrier_wait(&asked);
	pthread_barrier_wait(&answered);
}

/* Changes to another directory, by which it shows who shares that. */
static void *step(void *unused)
{
	(void)!chdir("/usr");
	return unused;
}

static int use_threads(void *(*work)(void *unused))
{
	pthread_t worker, other, stepper;

	pthread_barrier_init(&asked, NULL, 2);
	pthread_barrier_init(&answered, NULL, 2);
	if (pthread_create(&other, NULL, witness, NULL) != 0)
		return 125;
	show("first");
	ask_witness();
	if (pthread_create(&worker, NULL, work, NULL) != 0)
		return 125;
	pthread_join(worker, NULL);
	show("first");
	ask_witness();
	pthread_join(other, NULL);
	if (pthread_create(&stepper, NULL, step, NULL) != 0)
		return 125;
	pthread_join(stepper, NULL);
	show("stepped");
	pam_end(handle, 0);
	return 0;
}

static int use_stack(const char *size)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	if (pthread_attr_setstacksize(&attributes, strtoul(size, NULL, 10)
							   << 10) != 0 ||
	    pthread_create(&thread, &attributes, use, NULL) != 0)
		return 125;
	pthread_join(thread, NULL);
	pam_end(handle, 0);
	return 0;
}

static int use_forked(void)
{
	int status = -1;
	pid_t pid;

	fflush(out);
	pid = fork();
	if (pid == 0) {
		use(NULL);
		pam_end(handle, 0);
		fflush(out);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	fprintf(out, "child %d\n", status);
	show("parent");
	pam_end(handle, 0);
	return 0;
}

/* Daemons close 0, 1 and 2, and fill them only for what they run. */
static int use_closed(void)
{
	int fd, null, rc;

	for (fd = 0; fd < 3; fd++)
		close(fd);
	rc = pam_open_session(handle, 0);
	for (fd = 0; fd < 3; fd++) {
		struct stat st;

		/* The C library's socket to the log may be among them. */
		if (fstat(fd, &st) == 0 && !S_ISSOCK(st.st_mode))
			fprintf(out, "descriptor %d has been taken\n", fd);
	}
	null = open("/dev/null", O_RDWR);
	for (fd = 0; fd < 3; fd++)
		dup2(null, fd);
	fprintf(out, "%s\n", rc == PAM_SUCCESS ? "opened" : "refused");
	if (rc == PAM_SUCCESS) {
		run_where();
		pam_close_session(handle, 0);
	}
	pam_end(handle, 0);
	return 0;
}

/* Sets the soft limit, as a user may do who then runs su. */
static int use_limit(const char *name, const char *number)
{
	static const struct {
		const char *name;
		__rlimit_resource_t kind;
	} kinds[] = {
		{ "stack", RLIMIT_STACK },
		{ "fsize", RLIMIT_FSIZE },
		{ "nofile", RLIMIT_NOFILE },
		{ "as", RLIMIT_AS },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct rlimit limit, now;

		if (strcmp(kinds[i].name, name) != 0 ||
		    getrlimit(kinds[i].kind, &limit) < 0)
			continue;
		limit.rlim_cur = strtoul(number, NULL, 10);
		if (setrlimit(kinds[i].kind, &limit) < 0)
			return 125;
		use(NULL);
		getrlimit(kinds[i].kind, &now);
		fprintf(out, "limit %s\n",
			now.rlim_cur == limit.rlim_cur ? "kept" : "changed");
		pam_end(handle, 0);
		return 0;
	}
	return 125;
}

int main(int argc, char **argv)
{
	int fd = fcntl(1, F_DUPFD_CLOEXEC, 10);
	const char *how = argc > 1 ? argv[1] : "";

	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out || argc < 4)
		return 125;
	setvbuf(out, NULL, _IOLBF, 0);
	begin(argv[argc - 2], argv[argc - 1]);
	if (strcmp(how, "shared") == 0)
		return use_threads(use);
	if (strcmp(how, "apart") == 0)
		return use_threads(use_apart);
	if (strcmp(how, "forked") == 0)
		return use_forked();
	if (strcmp(how, "closed") == 0)
		return use_closed();
	if (strcmp(how, "stack") == 0 && argc == 5)
		return use_stack(argv[2]);
	if (strcmp(how, "limit") == 0 && argc == 6)
		return use_limit(argv[2], argv[3]);
	return 125;
}
