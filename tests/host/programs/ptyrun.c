/*
 * Runs a command on a new pseudo terminal, as a person at a keyboard would:
 *
 *	ptyrun [-t SECONDS] [-e EXPECT -s SEND]... -- CMD [ARG...]
 *
 * It waits for each EXPECT in the output, then types SEND, in which \n \r \t \e
 * \\ and \xHH are special. The output goes to stdout. It exits with CMD's
 * status, 128+N if signal N ended CMD, 124 if CMD took too long, 125 for an
 * error of its own.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define MAX_STEPS 32
#define WINDOW 65536
/* A background process may hold the terminal open for ever. */
#define DRAIN_MS 200
/* A program that has closed the terminal may open it again: login(1) does. */
#define CLOSED_MS 2

struct step {
	const char *expect;
	char *send;
	size_t send_len;
};

/*
 * The output that has not matched yet. When it is full, its older half is
 * dropped.
 */
struct window {
	char text[WINDOW];
	size_t len;
};

static void die(const char *what)
{
	fprintf(stderr, "ptyrun: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void usage(void)
{
	fputs("Usage: ptyrun [-t SECONDS] [-e EXPECT -s SEND]... -- CMD...\n",
	      stderr);
	exit(125);
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static char unescape_one(const char **p)
{
	static const char from[] = "nrtea0\\";
	static const char to[] = "\n\r\t\033\a\0\\";
	const char *hit;
	char hex[3] = "";

	if (**p == 'x' && isxdigit((unsigned char)(*p)[1])) {
		hex[0] = *++*p;
		if (isxdigit((unsigned char)(*p)[1]))
			hex[1] = *++*p;
		return (char)strtoul(hex, NULL, 16);
	}
	hit = strchr(from, **p);
	return hit ? to[hit - from] : **p;
}

static void unescape(const char *in, struct step *step)
{
	char *out = malloc(strlen(in) + 1);

	if (!out)
		die("malloc");
	step->send = out;
	for (; *in; in++) {
		if (*in == '\\' && in[1]) {
			in++;
			*out++ = unescape_one(&in);
		} else {
			*out++ = *in;
		}
	}
	step->send_len = (size_t)(out - step->send);
}

static int open_master(char *name, size_t size)
{
	const struct winsize ws = { .ws_row = 24, .ws_col = 80 };
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || grantpt(fd) || unlockpt(fd) || ptsname_r(fd, name, size))
		die("no pseudo terminal");
	if (ioctl(fd, TIOCSWINSZ, &ws))
		die("TIOCSWINSZ");
	return fd;
}

static _Noreturn void run_child(const char *tty, char **argv)
{
	int fd;

	setsid();
	fd = open(tty, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0))
		die(tty);
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	if (fd > 2)
		close(fd);
	execvp(argv[0], argv);
	fprintf(stderr, "ptyrun: %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static void write_all(int fd, const char *p, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		p += n;
		len -= (size_t)n;
	}
}

static int session_of(const char *pid)
{
	char path[64], line[512], *end;
	int sid = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.16s/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return -1;
	/* The program's name, in parentheses, may contain anything. */
	if (fgets(line, sizeof(line), f) && (end = strrchr(line, ')')))
		sscanf(end + 1, " %*c %*d %*d %d", &sid);
	fclose(f);
	return sid;
}

static void kill_session(pid_t leader)
{
	struct dirent *e;
	DIR *proc = opendir("/proc");

	while (proc && (e = readdir(proc))) {
		if (isdigit((unsigned char)e->d_name[0]) &&
		    session_of(e->d_name) == leader)
			kill(atoi(e->d_name), SIGKILL);
	}
	if (proc)
		closedir(proc);
	kill(leader, SIGKILL);
}

static void window_add(struct window *w, const char *p, size_t len)
{
	if (w->len + len > sizeof(w->text)) {
		memmove(w->text, w->text + WINDOW / 2, w->len - WINDOW / 2);
		w->len -= WINDOW / 2;
	}
	memcpy(w->text + w->len, p, len);
	w->len += len;
}

static int window_match(struct window *w, const char *expect)
{
	size_t len = strlen(expect);
	char *hit = memmem(w->text, w->len, expect, len);

	if (!hit)
		return 0;
	hit += len;
	w->len -= (size_t)(hit - w->text);
	memmove(w->text, hit, w->len);
	return 1;
}

static int has_ended(pid_t pid)
{
	siginfo_t si = { .si_pid = 0 };

	return !waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG | WNOWAIT) &&
	       si.si_pid;
}

/* Returns 0 at the end of output, -1 when time is up. */
static int talk(int fd, pid_t pid, const struct step *step, long deadline)
{
	static struct window seen;
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char buf[4096];
	long left;
	ssize_t n;
	int r, dead = 0;

	for (;;) {
		while (step->expect && window_match(&seen, step->expect)) {
			write_all(fd, step->send, step->send_len);
			step++;
		}
		left = deadline - now_ms();
		if (left <= 0) {
			if (step->expect)
				fprintf(stderr, "ptyrun: no '%s' came\n",
					step->expect);
			return -1;
		}
		r = poll(&pfd, 1, left < DRAIN_MS ? (int)left : DRAIN_MS);
		if (r > 0) {
			n = read(fd, buf, sizeof(buf));
			if (n > 0) {
				write_all(1, buf, (size_t)n);
				window_add(&seen, buf, (size_t)n);
				continue;
			}
			usleep(CLOSED_MS * 1000);
		}
		if (r >= 0 && dead)
			return 0;
		dead = has_ended(pid);
	}
}

/* The output may end long before the command does. */
static int wait_until(pid_t pid, long deadline, int *status)
{
	while (waitpid(pid, status, WNOHANG) == 0) {
		if (now_ms() >= deadline)
			return -1;
		usleep(2000);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct step steps[MAX_STEPS + 1];
	char tty[64];
	long seconds = 30, deadline;
	int opt, fd, status, n = 0;
	pid_t pid;

	while ((opt = getopt(argc, argv, "+t:e:s:")) != -1) {
		if (opt == 't')
			seconds = atol(optarg);
		else if (opt == 'e' && n < MAX_STEPS && !steps[n].expect)
			steps[n].expect = optarg;
		else if (opt == 's' && n < MAX_STEPS && steps[n].expect)
			unescape(optarg, &steps[n++]);
		else
			usage();
	}
	if (optind >= argc || seconds <= 0 ||
	    (steps[n].expect && !steps[n].send))
		usage();
	fd = open_master(tty, sizeof(tty));
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		run_child(tty, argv + optind);
	deadline = now_ms() + seconds * 1000;
	if (talk(fd, pid, steps, deadline) ||
	    wait_until(pid, deadline, &status)) {
		kill_session(pid);
		waitpid(pid, &status, 0);
		fprintf(stderr, "ptyrun: timed out after %ld s\n", seconds);
		return 124;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
