/*
 * Compares where a session is, its ids and its powers with the places where it
 * may be, and counts what is right and what is wrong.
 */
#include "judge.h"

#include <linux/nsfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

struct tally tally;
struct fault *fault;
pam_handle_t *pamh;
static char facts[2048]; /* of a session that nothing has disturbed */

void wrong(const struct session *session, const char *what, const char *more)
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

void check_end(const struct session *session)
{
	if (is_dead(session->pidfd, HANGS_S * 1000))
		tally.killed++;
	else
		wrong(session, "it outlives its vserver", "");
}

void judge_success(struct session *session, const struct result *result)
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

void judge_end(const struct session *session, int status)
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

void judge_refusal(struct session *session, const struct result *result)
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
