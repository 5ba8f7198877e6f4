/*
 * Sessions opened over and over, each in a child, while where they go is
 * changed under their feet:
 *
 *	race forced KIND SERVICE SWEEPS NAME	the change comes between two
 *			calls of libc that the module makes: once between all
 *			of them in each sweep
 *	race free KIND SERVICE COUNT NAME	both go on at once: COUNT
 *			sessions, and more until all that can become of one has
 *	race fault once|on SERVICE ERROR NAME	each system call fails, once or
 *			from there on, with ERROR
 *	race start once|on SERVICE ERROR NAME	the same of "vns start NAME"
 *
 * KIND is "kill", "init", "stop" or "restart" of the native vserver NAME; or
 * what another engine does with processes and pins of the vservers red, blue
 * and green: see change.c. Each session must be in one vserver that it may be
 * in, wholly; or refused, with everything as it was.
 */
#include "change.h"
#include "engine.h"
#include "fault.h"
#include "points.h"
#include "start.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct result {
	int rc;
	long points;
	int dumpable;
	char locale[32];
	char reason[512];
	char changed[1024];
};

struct shared {
	bool counts; /* system calls of the child are those of the module */
	/* How often all that is in the vserver has been ended. */
	long ends_begun, ends_done;
};

static pam_handle_t *pamh;
static struct shared *shared;
static struct fault *fault; /* where system calls fail */
static char facts[2048];    /* of a session that nothing has disturbed */
static struct {
	long opened, inside[PLACES], refused, late, killed, ended, wrong;
} tally;

static void hand_over(int channel)
{
	int listener = fault_begin();

	send(channel, &listener, sizeof(listener), MSG_NOSIGNAL);
	recv(channel, &listener, 1, 0);
	close(listener);
}

static _Noreturn void run_session(int channel, long at)
{
	struct result result = { 0 };
	char *before, word;
	size_t i;

	for (i = 0; i < PLACES; i++)
		forget(&places[i]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fault)
		hand_over(channel);
	before = describe();
	points_arm(channel, at);
	shared->counts = true;
	result.rc = pam_open_session(pamh, 0);
	shared->counts = false;
	result.points = points_disarm();
	result.dumpable = prctl(PR_GET_DUMPABLE);
	snprintf(result.locale, sizeof(result.locale), "%s",
		 setlocale(LC_ALL, NULL));
	snprintf(result.reason, sizeof(result.reason), "%.511s", points_reason);
	if (result.rc != PAM_SUCCESS)
		compare(before, describe(), result.changed,
			sizeof(result.changed));
	send(channel, &result, sizeof(result), MSG_NOSIGNAL);
	/* What was meant for a child of the module's may lie there, too. */
	while (recv(channel, &word, 1, 0) == 1 && word != 'E')
		;
	_exit(0);
}

/* --- judging ------------------------------------------------------------ */

struct session {
	pid_t pid;
	int pidfd;
	int channel;
	int listener;
	bool acted;
	bool outside; /* when that happened */
	long at;
	/* What is not as it should be, unless it turns out to be dying. */
	char doubt[512];
};

static void wrong(const struct session *session, const char *what,
		  const char *more)
{
	/* One is enough to fail; a few help to see why. */
	if (tally.wrong++ < 10)
		printf("wrong: point %ld (system call %d): %s: %s\n",
		       fault ? fault->at : session->at,
		       fault ? fault->number : -1, what, more);
}

/*
 * Of a process that is being killed some things are gone before others. Where
 * nothing goes on at the same time, nobody is just being killed.
 */
static void doubt(struct session *session, const char *what, const char *more)
{
	if (forced)
		wrong(session, what, more);
	else
		snprintf(session->doubt, sizeof(session->doubt),
			 "%.100s: %.400s", what, more);
}

/* The place that it is in, by its mount namespace. */
static int find_place(struct session *session)
{
	char why[128] = "no known mount namespace";
	struct id id;
	int i;

	if (!look_at_ns(session->pid, "mnt", &id))
		id = (struct id){ 0, 0 };
	for (i = 0; i < PLACES; i++)
		if (places[i].known && same(id, places[i].ns[TYPE_MNT])) {
			if (!is_in(session->pid, &places[i], why, sizeof(why)))
				break;
			if (places[i].allowed)
				return i;
			snprintf(why, sizeof(why), "in %s", places[i].name);
		}
	doubt(session, "where it must not be", why);
	return -1;
}

/*
 * Of a native vserver that goes up and down all the time no more is known
 * than that each has a user namespace which all others of its belong to.
 */
static int check_whole(struct session *session)
{
	const struct place *place = &places[0];
	char path[64], why[128] = "";
	struct stat user, owner, ns;
	size_t i;
	int fd, owner_fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/user", session->pid);
	if (stat(path, &user) < 0)
		snprintf(why, sizeof(why), "no user namespace");
	for (i = 0; i < TYPE_USER && !*why; i++) {
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", session->pid,
			 types[i].file);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		owner_fd = fd < 0 ? -1 : ioctl(fd, NS_GET_USERNS);
		if (owner_fd < 0 || fstat(owner_fd, &owner) < 0 ||
		    fstat(fd, &ns) < 0 || owner.st_dev != user.st_dev ||
		    owner.st_ino != user.st_ino ||
		    same((struct id){ ns.st_dev, ns.st_ino }, host_ns[i]))
			snprintf(why, sizeof(why), "%s: another's",
				 types[i].file);
		if (owner_fd >= 0)
			close(owner_fd);
		if (fd >= 0)
			close(fd);
	}
	if (!*why && !check_ids(session->pid, place->base))
		snprintf(why, sizeof(why), "not its ids");
	if (!*why)
		return 0;
	doubt(session, "where it must not be", why);
	return -1;
}

/* Whoever was inside when the vserver ended has ended with it. */
static void check_end(const struct session *session)
{
	if (is_dead(session->pidfd, HANGS_S * 1000))
		tally.killed++;
	else
		wrong(session, "it outlives its vserver", "");
}

static void judge_success(struct session *session, const struct result *result)
{
	char found[sizeof(facts)];
	int place;

	if (result->dumpable != 0 || strcmp(result->locale, "C") != 0)
		wrong(session, "locale or dumpable", result->locale);
	place = forced || !kind->native ? find_place(session) :
					  check_whole(session);
	if (place < 0)
		return;
	if (session->outside && place == old_place())
		wrong(session, "it has come too late for this", "");
	read_facts(session->pid, found, sizeof(found));
	if (!*facts)
		memcpy(facts, found, sizeof(facts));
	if (strcmp(facts, found) != 0)
		doubt(session, "what it may do", found);
	else
		tally.inside[place]++;
}

static void judge_end(const struct session *session, int status)
{
	char text[32];

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		if (*session->doubt)
			wrong(session, session->doubt, "");
		return;
	}
	if (WIFSIGNALED(status) && kind->ends &&
	    (WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGKILL)) {
		tally.killed++;
		return;
	}
	/* Half-way into a user namespace there is no way back. */
	if (WIFEXITED(status) && WEXITSTATUS(status) == 255 &&
	    (fault || places[0].base != 0)) {
		tally.ended++;
		return;
	}
	snprintf(text, sizeof(text), "%x", (unsigned)status);
	wrong(session, "it ended", text);
}

static void judge_refusal(struct session *session, const struct result *result)
{
	/* libpam's own, after the module: there is a session, or not. */
	if (fault && strstr(result->reason, "audit_open") &&
	    (!result->changed[0] || find_place(session) >= 0))
		tally.refused++;
	else if (result->rc != PAM_PERM_DENIED)
		wrong(session, "it failed", pam_strerror(pamh, result->rc));
	else if (result->changed[0])
		wrong(session, "refused, but changed", result->changed);
	else if (!strstr(result->reason, "error user=" USER))
		wrong(session, "refused without a reason", result->reason);
	else
		tally.refused++;
	if (strstr(result->reason, "while it was entered"))
		tally.late++;
	if (getenv("RACE_VERBOSE"))
		printf("point %ld: %s\n", session->at, result->reason);
}

/* --- opening ------------------------------------------------------------ */

static void begin_session(struct session *session, long at)
{
	const struct timeval limit = { HANGS_S, 0 };
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		err(1, "socketpair");
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	fflush(stdout);
	*session = (struct session){ .channel = ends[0], .at = at };
	session->pid = fork();
	if (session->pid < 0)
		err(1, "fork");
	if (session->pid == 0) {
		close(ends[0]);
		run_session(ends[1], at);
	}
	close(ends[1]);
	session->pidfd = (int)syscall(SYS_pidfd_open, session->pid, 0);
	if (session->pidfd < 0)
		err(1, "pidfd_open");
	session->listener = -1;
	if (!fault)
		return;
	if (recv(session->channel, ends, sizeof(int), 0) != sizeof(int))
		errx(1, "the child has no filter");
	session->listener = fault_take(session->pidfd, ends[0]);
	send(session->channel, "", 1, MSG_NOSIGNAL);
}

/* Until there is something to hear. */
static void serve(struct session *session)
{
	struct pollfd fds[] = {
		{ .fd = session->channel, .events = POLLIN },
		{ .fd = session->listener, .events = POLLIN },
	};

	while (session->listener >= 0 && poll(fds, 2, HANGS_S * 1000) > 0 &&
	       !fds[0].revents)
		if (fds[1].revents & POLLIN)
			fault_serve(session->listener, fault, shared->counts);
}

/* Waits for the end of it, acting once where it stops; false: it is dead. */
static bool hear(struct session *session, struct result *result)
{
	ssize_t length;

	for (;;) {
		serve(session);
		length = recv(session->channel, result, sizeof(*result), 0);
		if (length == sizeof(*result))
			return true;
		if (length < 0)
			wrong(session, "it hangs", strerror(errno));
		if (length != 1)
			return false;
		if (!session->acted) {
			session->outside = is_outside(session->pid);
			act();
		}
		session->acted = true;
		send(session->channel, "", 1, MSG_NOSIGNAL);
	}
}

static int end_session(struct session *session)
{
	int status = 0;

	send(session->channel, "E", 1, MSG_NOSIGNAL);
	close(session->channel);
	/* Its own end has said so, or something is very wrong. */
	if (!is_dead(session->pidfd, HANGS_S * 1000))
		kill(session->pid, SIGKILL);
	while (waitpid(session->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(session->pidfd);
	if (session->listener >= 0)
		close(session->listener);
	return status;
}

/* Returns how many points there were. */
static long force_one(long at)
{
	struct result result = { 0 };
	struct session session;
	long inside;
	int status;
	bool told;

	kind->prepare();
	begin_session(&session, at);
	told = hear(&session, &result);
	if (kind->native)
		find_started();
	inside = tally.inside[0];
	if (told && result.rc == PAM_SUCCESS)
		judge_success(&session, &result);
	else if (told)
		judge_refusal(&session, &result);
	settle(session.acted);
	if (session.acted && kind->ends && tally.inside[0] > inside)
		check_end(&session);
	/* It may have had fewer of them: programs end sooner or later. */
	if (at != POINTS_NONE && !session.acted &&
	    !(told && at >= result.points))
		wrong(&session, "nothing happened", "");
	status = end_session(&session);
	/* Those killed with their vserver have been counted. */
	if (!told)
		judge_end(&session, status);
	return result.points;
}

static void force(long sweeps)
{
	long points = force_one(POINTS_NONE), more, i;

	/* The other of two ways may be the shorter one. */
	if (has_two_ways()) {
		act();
		more = force_one(POINTS_NONE);
		points = more < points ? more : points;
	}
	if (tally.wrong || tally.refused || points < 50)
		errx(1, "undisturbed: %ld points, reason: %s", points,
		     points_reason);
	memset(&tally, 0, sizeof(tally));
	printf("%ld points\n", points);
	/* Backwards: the last are not always there, and the end is shown. */
	for (i = 0; i < sweeps * points; i++) {
		tally.opened++;
		force_one(points - 1 - i % points);
	}
}

/* One system call after the other fails. */
static void fail_each(int error, bool on)
{
	struct fault faults = { .error = error, .on = on, .at = -1 };
	long calls;

	fault = &faults;
	force_one(POINTS_NONE);
	calls = faults.count;
	if (tally.wrong || tally.refused || calls < 50)
		errx(1, "undisturbed: %ld calls", calls);
	memset(&tally, 0, sizeof(tally));
	printf("%ld calls\n", calls);
	for (faults.at = 0; faults.at < calls; faults.at++) {
		tally.opened++;
		faults.count = 0;
		shared->counts = false;
		force_one(POINTS_NONE);
	}
}

static bool is_whole(void)
{
	force_one(POINTS_NONE);
	return tally.wrong == 0 && tally.refused == 0;
}

/* Some stay until their vserver has ended. */
static void linger(const struct session *session)
{
	const long begun =
		__atomic_load_n(&shared->ends_begun, __ATOMIC_SEQ_CST);
	const struct timespec step = { 0, 1000000 };

	while (__atomic_load_n(&shared->ends_done, __ATOMIC_SEQ_CST) <= begun &&
	       getppid() != 1)
		nanosleep(&step, NULL);
	check_end(session);
}

/* All that can become of a session has. */
static bool has_happened(void)
{
	if (kind->refuses && !tally.refused)
		return false;
	if (kind->native)
		return tally.inside[0] && (!kind->ends || tally.killed);
	return tally.inside[RED] && tally.inside[BLUE];
}

static void open_freely(long count)
{
	struct result result;
	struct session session;
	long inside;
	int status;
	bool told;

	for (tally.opened = 0; tally.opened < count || !has_happened();
	     tally.opened++) {
		begin_session(&session, POINTS_NONE);
		told = hear(&session, &result);
		inside = tally.inside[0];
		if (told && result.rc == PAM_SUCCESS)
			judge_success(&session, &result);
		else if (told)
			judge_refusal(&session, &result);
		if (kind->ends && tally.inside[0] > inside &&
		    tally.inside[0] % 16 == 0)
			linger(&session);
		status = end_session(&session);
		if (!told || *session.doubt)
			judge_end(&session, status);
	}
}

static void show_tally(void)
{
	size_t i;

	printf("opened %ld:", tally.opened);
	for (i = 0; i < PLACES; i++)
		if (tally.inside[i])
			printf(" %s %ld,",
			       places[i].name ? places[i].name : "started",
			       tally.inside[i]);
	printf(" refused %ld (late %ld), killed %ld, ended %ld, wrong %ld\n",
	       tally.refused, tally.late, tally.killed, tally.ended,
	       tally.wrong);
	fflush(stdout);
}

static void pause_a_little(long most_us)
{
	const struct timespec time = { 0, random() % most_us * 1000 };

	nanosleep(&time, NULL);
}

/* All that can be done to a native vserver, in no order. */
static void disturb_native(void)
{
	const int what = (int)(random() % 4);

	pause_a_little(20000);
	if (what == 0) {
		kill_init();
		return;
	}
	if (what == 1)
		kill_init();
	__atomic_add_fetch(&shared->ends_begun, 1, __ATOMIC_SEQ_CST);
	run_vns(what == 1 ? "start" : what == 2 ? "stop" : "restart");
	__atomic_add_fetch(&shared->ends_done, 1, __ATOMIC_SEQ_CST);
}

static void disturb(void)
{
	if (kind->native) {
		disturb_native();
		return;
	}
	kind->prepare();
	pause_a_little(2000);
	act();
	pause_a_little(1000);
	kind->settle();
}

static void run_freely(long count)
{
	pid_t opener;
	int status;

	force_one(POINTS_NONE);
	if (tally.wrong || tally.refused)
		errx(1, "undisturbed: %s", points_reason);
	memset(&tally, 0, sizeof(tally));
	fflush(stdout);
	opener = fork();
	if (opener < 0)
		err(1, "fork");
	if (opener == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		open_freely(count);
		show_tally();
		_exit(tally.wrong > 0);
	}
	while (waitpid(opener, &status, WNOHANG) == 0)
		disturb();
	if (status != 0)
		tally.wrong++;
}

/* --- main --------------------------------------------------------------- */

static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *context)
{
	(void)messages;
	(void)context;
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static const struct pam_conv conversation = { converse, NULL };

static void begin(char **argv)
{
	size_t i;

	if (!find_kind(argv[2]))
		errx(2, "%s", argv[2]);
	vserver = argv[5];
	for (i = 0; i < TYPES; i++)
		if (!look_at_ns(getpid(), types[i].file, &host_ns[i]))
			err(1, "%s", types[i].file);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || !setlocale(LC_ALL, "C.UTF-8") ||
	    chdir(FOREIGN) < 0)
		err(1, "beginning");
	srandom((unsigned)getpid());
	if (pam_start(argv[3], USER, &conversation, &pamh) != PAM_SUCCESS)
		errx(1, "pam_start");
	/* What a first lookup opens, it opens now. */
	free(describe());
	begin_changes();
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 6)
		return 2;
	forced = strcmp(argv[1], "free") != 0;
	begin(argv);
	if (strcmp(argv[1], "fault") == 0) {
		fail_each(fault_error(argv[4]), strcmp(argv[2], "on") == 0);
		show_tally();
	} else if (strcmp(argv[1], "start") == 0) {
		tally.wrong += start_each(fault_error(argv[4]),
					  strcmp(argv[2], "on") == 0, is_whole);
	} else if (strcmp(argv[1], "forced") == 0) {
		force(atol(argv[4]));
		show_tally();
	} else {
		run_freely(atol(argv[4]));
	}
	put_back();
	pam_end(pamh, 0);
	return tally.wrong > 0;
}
