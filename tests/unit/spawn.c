/*
 * Tests that a program is run without its caller noticing; see
 * pam_vns/system/spawn.h. Only root can run it, as the program becomes root.
 */
#include "system/spawn.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char *const environment[] = { (char *)VNS_SPAWN_PATH, (char *)"A=b",
				     NULL };
static char output[4096];
static struct vns_error err;
static char fifo[] = "/run/unit-spawn.fifo";

/* Runs a shell command. */
static int run(const char *command, unsigned timeout)
{
	char *const argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)command,
			       NULL };

	strcpy(err.text, "untouched");
	return vns_spawn_run(argv, environment, timeout, output, sizeof(output),
			     &err);
}

static void test_status(void)
{
	static char *const missing[] = { (char *)"/nonexistent", NULL };
	static char *const plain[] = { (char *)"/etc/passwd", NULL };
	char small[4];

	about("a program that succeeds");
	is_number(run("echo out; echo err >&2", 20), 0, "it is no error");
	is_string(output, "out\nerr\n",
		  "its output and its errors are kept, in order");
	is_string(err.text, "untouched", "no error message is set");
	about("a program that exits with 3");
	is_number(run("exit 3", 20), -EIO, "it is an error");
	is_string(err.text, "/bin/sh: exited with status 3",
		  "the error message has its status");
	is_string(output, "", "there is no output");
	about("a program that crashes");
	is_number(run("kill -SEGV $$", 20), -EIO, "it is an error");
	is_string(err.text, "/bin/sh: killed by signal 11",
		  "the error message has its signal");
	about("a program that cannot be run");
	is_number(vns_spawn_run(missing, environment, 20, output,
				sizeof(output), &err),
		  -EIO, "a missing one is an error");
	is_string(err.text, "/nonexistent: cannot be run",
		  "the error message names the missing one");
	is_number(vns_spawn_run(plain, environment, 20, output, sizeof(output),
				&err),
		  -EIO, "a file that is not executable is an error");

	about("a program with more output than there is room");
	is_number(vns_spawn_run((char *[]){ (char *)"/bin/echo",
					    (char *)"12345", NULL },
				environment, 20, small, sizeof(small), &err),
		  0, "it is no error");
	is_string(small, "123", "4 bytes keep 3 of the output, and a NUL");
	is_number(run("head -c 1000000 /dev/zero | tr '\\0' x", 60), 0,
		  "a million bytes are no error");
	is_number(strlen(output), sizeof(output) - 1,
		  "as much of a million bytes is kept as there is room");
	about("a program that leaves a child with its output");
	is_number(run("echo now; sleep 1000 &", 60), 0, "it is no error");
	is_string(output, "now\n",
		  "the output is kept, and the child is not waited for");
}

static int run_for_status(const char *command)
{
	char *const argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)command,
			       NULL };

	strcpy(err.text, "untouched");
	return vns_spawn_status(argv, environment, 20, &err);
}

static void test_answer(void)
{
	about("a program whose status is wanted");
	is_number(run_for_status("echo a lot of output"), 0,
		  "0 is told, whatever it prints");
	is_number(run_for_status("exit 12"), 12, "12 is told");
	is_number(run_for_status("exit 125"), 125, "125 is told");
	is_string(err.text, "untouched", "no error message is set");
	is_number(run_for_status("exit 127"), -EIO,
		  "127, as of a program that is missing, is an error");
	is_string(err.text, "/bin/sh: cannot be run",
		  "the error message says that it cannot be run");
	is_number(run_for_status("kill $$"), -EIO, "a signal is an error");
}

static void test_apart(void)
{
	static char *const argv[] = {
		(char *)"/bin/sh", (char *)"-c",
		(char *)"echo out; echo err >&2; echo more", NULL
	};
	static char *const loud[] = {
		(char *)"/bin/sh", (char *)"-c",
		(char *)"head -c 300000 /dev/zero | tr '\\0' x >&2; echo out",
		NULL
	};
	struct vns_spawn_said said;

	about("output and errors of a program apart");
	is_number(vns_spawn_run_apart(argv, environment, 20, 0, &said, &err), 0,
		  "a program that writes both is no error");
	is_string(said.output, "out\nmore\n",
		  "all the output is kept by itself");
	is_string(said.errors, "err\n",
		  "all the errors are kept by themselves");
	about("output and errors apart, with too many errors");
	is_number(vns_spawn_run_apart(loud, environment, 20, VNS_SPAWN_BOUND,
				      &said, &err),
		  0, "it is no error");
	is_number(strlen(said.errors), sizeof(said.errors) - 1,
		  "as much of the errors is kept as there is room");
	is_string(said.output, "out\n", "all the output is kept");
}

/* The process that waits for the program is killed. */
static void test_bound(void)
{
	static char *const argv[] = { (char *)"/bin/sh", (char *)"-c",
				      (char *)"exec 3>/run/unit-spawn.fifo; "
					      "echo on >&3; exec sleep 1000",
				      NULL };
	struct pollfd fds = { .events = POLLIN };
	struct vns_spawn_said said;
	char text[3];
	pid_t pid;

	need(mkfifo(fifo, 0600) == 0, fifo);
	pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		vns_spawn_run_apart(argv, environment, 100, VNS_SPAWN_BOUND,
				    &said, &err);
		_exit(0);
	}
	fds.fd = open(fifo, O_RDONLY | O_CLOEXEC);
	need(read(fds.fd, text, sizeof(text)) == 3, "it runs");
	about("spawning");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	/* The FIFO ends when its last writer does. */
	is_number(poll(&fds, 1, 10000), 1,
		  "a bound program ends when its caller is killed");
	close(fds.fd);
	unlink(fifo);
}

static void test_surroundings(void)
{
	mode_t mask = umask(0);
	char cwd[64];
	int leaked = open("/", O_RDONLY | O_DIRECTORY);

	need(leaked >= 0 && dup2(leaked, 77) == 77, "/");
	need(setenv("LEAKED", "1", 1) == 0 && chdir("/etc") == 0, "chdir");
	/* It is not run by sh, which adds to the environment. */
	about("a program in the surroundings that it gets");
	is_number(vns_spawn_run((char *[]){ (char *)"/usr/bin/env", NULL },
				environment, 20, output, sizeof(output), &err),
		  0, "env runs");
	is_string(output, VNS_SPAWN_PATH "\nA=b\n",
		  "it has the environment that was given and no more");
	is_number(run("pwd; umask; readlink /proc/self/fd/0", 20), 0,
		  "pwd, umask and readlink run");
	is_string(output, "/\n0022\n/dev/null\n",
		  "it has / as directory, umask 0022 and /dev/null as input");
	/* The fourth is the one that ls has for the directory. */
	is_number(run("exec ls /proc/self/fd", 20), 0, "ls runs");
	is_string(output, "0\n1\n2\n3\n", "it has three descriptors");
	is_number(run("cut -d' ' -f6 /proc/self/stat", 20), 0, "cut runs");
	ok(atoi(output) > 0 && atoi(output) != getsid(0) &&
		   atoi(output) != getpid(),
	   "it has a session of its own");
	is_number(run("grep -E '^(Uid|Gid|Groups):' /proc/self/status", 20), 0,
		  "grep of the ids runs");
	is_string(output, "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t \n",
		  "it has root's ids and no groups");
	is_number(umask(mask), 0, "the caller's umask is left alone");
	ok(getcwd(cwd, sizeof(cwd)) && strcmp(cwd, "/etc") == 0,
	   "the caller's directory is left alone");
	close(leaked);
	close(77);
}

static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
	(void)number;
	signalled++;
}

/* Ignored and blocked signals are inherited through exec. */
static void test_signals(void)
{
	sigset_t all, old, now;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	/* It is not run by sh, which changes some signals. */
	about("a program whose caller blocks and ignores signals");
	is_number(vns_spawn_run((char *[]){ (char *)"/bin/grep", (char *)"-E",
					    (char *)"^Sig(Blk|Ign):",
					    (char *)"/proc/self/status", NULL },
				environment, 20, output, sizeof(output), &err),
		  0, "grep runs");
	is_string(output,
		  "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n",
		  "it has no signal blocked and none ignored");
	sigprocmask(SIG_SETMASK, NULL, &now);
	ok(sigismember(&now, SIGTERM) && sigismember(&now, SIGCHLD),
	   "the caller's signal mask is left alone");
	sigprocmask(SIG_SETMASK, &old, NULL);
	ok(signal(SIGPIPE, SIG_DFL) == SIG_IGN &&
		   signal(SIGINT, SIG_DFL) == SIG_IGN,
	   "the signals that the caller ignores are still ignored");
}

/*
 * A daemon may handle, ignore or wait for its children; the program is not one
 * of these.
 */
static void test_children(void)
{
	struct sigaction action = { .sa_handler = on_signal }, left;

	sigaction(SIGCHLD, &action, NULL);
	about("a program whose caller handles SIGCHLD");
	is_number(run("exit 0", 20), 0, "it succeeds");
	is_number(signalled, 0, "the handler is not called");
	sigaction(SIGCHLD, NULL, &left);
	ok(left.sa_handler == on_signal, "the handler stays");

	signal(SIGCHLD, SIG_IGN);
	about("a program whose caller ignores SIGCHLD");
	is_number(run("exit 3", 20), -EIO, "its failure is an error");
	is_string(err.text, "/bin/sh: exited with status 3",
		  "the error message has its status");
	ok(signal(SIGCHLD, SIG_DFL) == SIG_IGN, "SIGCHLD is still ignored");
	is_number(waitpid(-1, NULL, WNOHANG), -1, "no child is left");
}

static volatile bool waiting, done;
static volatile unsigned reaped;

static void *wait_thread(void *unused)
{
	waiting = true;
	while (!done) {
		if (waitpid(-1, NULL, WNOHANG) >= 0)
			reaped++;
		usleep(100);
	}
	return unused;
}

static void test_waiter(void)
{
	pthread_t thread;
	int i, failed = 0;

	need(pthread_create(&thread, NULL, wait_thread, NULL) == 0, "thread");
	while (!waiting)
		usleep(100);
	for (i = 0; i < 20; i++)
		failed += run("exit 0", 20) != 0;
	done = true;
	pthread_join(thread, NULL);
	about("a program run while another thread waits for any child");
	is_number(failed, 0, "it succeeds 20 times");
	is_number(reaped, 0, "the other thread sees no child");
}

/*
 * A program and what it started hold a FIFO open for writing. The FIFO ends
 * when the last of them does, so this needs no clock.
 */
static void timed_out(const char *what, const char *command)
{
	char full[512];
	struct pollfd end = { .events = POLLIN };
	int fd;

	need(mkfifo(fifo, 0600) == 0, fifo);
	fd = open(fifo, O_RDONLY | O_NONBLOCK);
	need(fd >= 0, fifo);
	end.fd = fd;
	snprintf(full, sizeof(full), "exec 3>%s; echo started; %s", fifo,
		 command);
	about("a program that %s and takes too long", what);
	is_number(run(full, 2), -ETIMEDOUT, "it is an error");
	is_string(err.text, "/bin/sh: still running after 2 s, killed",
		  "the error message says that it was killed");
	ok(strncmp(output, "started\n", 8) == 0, "its output so far is kept");
	/* Killed processes take a moment to go; others outlast this. */
	is_number(poll(&end, 1, 5000), 1, "no process of it is left");
	close(fd);
	unlink(fifo);
}

static void test_timeout(void)
{
	timed_out("hangs", "sleep 1000");
	timed_out("ignores signals",
		  "trap '' TERM INT HUP; while :; do sleep 1000; done");
	timed_out("has children", "sleep 1000 & sleep 1000 & wait");
	timed_out("closed its output", "exec >/dev/null 2>&1; sleep 1000");
	timed_out("never stops printing", "yes & yes & yes");
	timed_out("stops itself", "kill -STOP $$");
	about("programs that took too long");
	is_number(waitpid(-1, NULL, WNOHANG | __WALL), -1, "no zombie is left");
}

int main(void)
{
	unsigned before;

	if (geteuid() != 0) {
		skip("running programs", "needs root");
		return finish();
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	unlink(fifo);
	before = count_descriptors();
	test_status();
	test_answer();
	test_apart();
	test_bound();
	test_surroundings();
	test_signals();
	test_children();
	test_waiter();
	test_timeout();
	about("all programs that were run");
	is_number(count_descriptors(), before, "no descriptor is left");
	return finish();
}
