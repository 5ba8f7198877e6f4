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
 *	race command once|on ERROR BEFORE AFTER CMD [ARG...]	the same of a
 *			command: see command.h
 *
 * KIND is "kill", "init", "stop" or "restart" of the native vserver NAME; or
 * what another engine does with processes and pins of the vservers red, blue
 * and green: see change.c. Each session must be in one vserver that it may be
 * in, wholly; or refused, with everything as it was.
 */
#include "command.h"
#include "engine.h"
#include "points.h"
#include "session.h"
#include "start.h"

#include <err.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

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

static int disturb_command(char **argv)
{
	struct fault faults = { .error = fault_error(argv[3]),
				.on = strcmp(argv[2], "on") == 0 };

	return command_each(&faults, argv[4], argv[5],
			    (const char *const *)argv + 6) > 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 6 && strcmp(argv[1], "command") == 0)
		return disturb_command(argv);
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
