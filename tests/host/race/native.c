/*
 * Starts, stops and restarts the vserver with the program vns, kills its init
 * process, and notes where the vserver is afterwards.
 */
#include "native.h"

#include "change.h"
#include "engine.h"

#include <err.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

void run_vns(const char *verb)
{
	const char *argv[] = { "vns", verb, "-t", "0", vserver, NULL };
	char *const envp[] = { NULL };
	posix_spawn_file_actions_t actions;
	int status = 0;
	pid_t pid;

	if (strcmp(verb, "start") == 0) {
		argv[2] = vserver;
		argv[3] = NULL;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, "/usr/sbin/vns", &actions, NULL,
			(char *const *)argv, envp) != 0)
		errx(1, "vns %s", verb);
	posix_spawn_file_actions_destroy(&actions);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status == 0)
		return;
	changes_failed++;
	printf("wrong: vns %s %s: status %x\n", verb, vserver,
	       (unsigned)status);
}

void kill_init(void)
{
	pid_t pid = read_init(vserver);
	int pidfd = pid ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;

	if (pidfd < 0)
		return;
	kill(pid, SIGKILL);
	if (!is_dead(pidfd, HANGS_S * 1000))
		errx(1, "process %d does not die", pid);
	close(pidfd);
}

void prepare_native(void)
{
	size_t i;

	run_vns("start");
	for (i = 1; i < PLACES; i++)
		forget(&places[i]);
	take_place(&places[0], forced && kind->ends ? "old" : "inside",
		   vserver);
	places[0].homeless = !kind->ends;
	places[0].allowed = true;
}

/* One that a login has started may be there by now. */
void find_started(void)
{
	struct id mnt;

	if (!look_at_pin(vserver, &mnt) || same(mnt, places[0].ns[TYPE_MNT]) ||
	    (places[1].known && same(mnt, places[1].ns[TYPE_MNT])))
		return;
	take_place(&places[2], "started", vserver);
	places[2].allowed = true;
}

void act_stop(void)
{
	run_vns("stop");
}

/*
 * The process that has made it may be its parent for a moment longer. If a
 * login has had it started, by the keeper, it was never one of ours.
 */
static void free_number(pid_t pid)
{
	const struct timespec step = { 0, 1000000 };
	int steps = 5000;

	while (waitpid(pid, NULL, 0) < 0) {
		if (errno == ECHILD && kill(pid, 0) < 0 && errno == ESRCH)
			return;
		if (errno != EINTR && (errno != ECHILD || steps-- == 0))
			err(1, "waiting for process %d", pid);
		nanosleep(&step, NULL);
	}
}

/* What the pid file of the vserver itself says is now somebody in red. */
void act_init(void)
{
	kill_init();
	free_number(places[0].init);
	engine_start(RED, places[0].init, INNER + LONE);
}

void settle_init(void)
{
	engine_stop(places[0].init);
	run_vns("start");
}

void prepare_init(void)
{
	prepare_native();
	take_place(&places[3], "red", "red");
}

void act_restart(void)
{
	run_vns("restart");
	take_place(&places[1], "new", vserver);
	places[1].allowed = true;
}

void settle_start(void)
{
	run_vns("start");
}
