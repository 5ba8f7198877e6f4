/*
 * Runs checks in a child process, which sends its findings through a pipe, and
 * gives up on a child that has been silent for too long.
 */
#include "doctor/doctor.h"

#include "system/deadline.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Timeout for one check. A look into a vserver has its own, shorter limit. */
#define SILENCE_MS 15000
/* After this many checks have hung, the others would hang, too. */
#define HANGS_MAX 3

#define BEGIN 'b'
#define ENTRY 'e'

/* --- the child process ---------------------------------------------------- */

/* Sends a string with its terminator. Does nothing if the parent is gone. */
static void send_string(int channel, const char *text)
{
	size_t left = strlen(text) + 1;

	while (left > 0) {
		ssize_t count = write(channel, text, left);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			_exit(1);
		text += count;
		left -= (size_t)count;
	}
}

static void send_entries(struct vns_doctor *doctor)
{
	struct vns_report *report = doctor->report;
	size_t i;

	for (i = 0; i < report->count; i++) {
		const struct vns_report_entry *entry = &report->entries[i];
		const char head[] = { ENTRY, (char)('0' + entry->state), '\0' };

		send_string(doctor->channel, head);
		send_string(doctor->channel, entry->id);
		send_string(doctor->channel, entry->subject);
		send_string(doctor->channel, entry->text);
		send_string(doctor->channel, entry->remedy);
	}
	/* A missing entry must not count as passed. */
	if (report->no_memory)
		_exit(1);
	vns_report_free(report);
}

void vns_doctor_begin(struct vns_doctor *doctor, const char *what)
{
	static const char head[] = { BEGIN, '\0' };

	if (doctor->channel < 0)
		return;
	send_entries(doctor);
	send_string(doctor->channel, head);
	send_string(doctor->channel, what);
}

/*
 * Closes the child's other descriptors. The child may have to be left behind,
 * and then nobody may wait for it who reads our output, or holds the other end
 * of another descriptor that we were given. Returns the channel.
 */
static int leave_descriptors(int channel)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int fd;

	for (fd = 0; null >= 0 && fd <= 2; fd++)
		(void)vns_safefile_put(null, fd);
	/* null is none of 0 to 2, which are open since the program began. */
	vns_safefile_close(&null);
	if (channel != 3)
		channel = dup3(channel, 3, O_CLOEXEC);
	syscall(SYS_close_range, 4U, ~0U, 0U);
	return channel;
}

static _Noreturn void run_child(struct vns_doctor *doctor, pid_t parent,
				int channel,
				void (*work)(struct vns_doctor *, void *),
				void *argument)
{
	static const char end[] = "";

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* The entries that were found before belong to the parent. */
	vns_report_free(doctor->report);
	doctor->channel = leave_descriptors(channel);
	work(doctor, argument);
	send_entries(doctor);
	send_string(doctor->channel, end);
	_exit(0);
}

/* --- the parent process --------------------------------------------------- */

struct received {
	char *text;
	size_t length;
};

/* Returns 1 while there is more, and 0 at the end. */
static int receive(int channel, struct received *received)
{
	char *grown = realloc(received->text, received->length + 65536);
	ssize_t count;
	int rc;

	if (!grown)
		return -ENOMEM;
	received->text = grown;
	rc = vns_deadline_wait(channel, vns_deadline_now() + SILENCE_MS);
	if (rc < 0)
		return rc;
	do
		count = read(channel, grown + received->length, 65536);
	while (count < 0 && errno == EINTR);
	if (count < 0)
		return -errno;
	received->length += (size_t)count;
	return count > 0;
}

/* Returns the next string, or NULL where it is cut off. */
static const char *next_string(const struct received *received, size_t *at)
{
	const char *text = received->text + *at;
	const char *end = *at < received->length ?
				  memchr(text, '\0', received->length - *at) :
				  NULL;

	if (!end)
		return NULL;
	*at += (size_t)(end - text) + 1;
	return text;
}

static bool take_entry(struct vns_report *report,
		       const struct received *received, size_t *at, char state)
{
	const char *id = next_string(received, at);
	const char *subject = next_string(received, at);
	const char *text = next_string(received, at);
	const char *remedy = next_string(received, at);

	if (!remedy)
		return false;
	vns_report_add(report, (enum vns_report_state)(state - '0'), id,
		       subject, remedy, "%s", text);
	return true;
}

/* Adds what was received. Returns whether it was complete. */
static bool take(struct vns_doctor *doctor, const struct received *received,
		 struct vns_strings *begun)
{
	const char *head, *what;
	size_t at = 0;

	while ((head = next_string(received, &at)) && *head) {
		if (*head == ENTRY) {
			if (!take_entry(doctor->report, received, &at, head[1]))
				return false;
			continue;
		}
		what = next_string(received, &at);
		if (!what)
			return false;
		if (vns_strings_add(begun, what) < 0)
			doctor->report->no_memory = true;
	}
	return head != NULL;
}

/* Runs the child. A child in an uninterruptible sleep is left behind. */
static int run_apart(struct vns_doctor *doctor,
		     void (*work)(struct vns_doctor *, void *), void *argument,
		     struct received *received)
{
	VNS_AUTOCLOSE int reader = -1;
	VNS_AUTOCLOSE int pidfd = -1;
	pid_t pid, parent = getpid();
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	reader = ends[0];
	pid = fork();
	if (pid == 0)
		run_child(doctor, parent, ends[1], work, argument);
	rc = pid < 0 ? -errno : 1;
	close(ends[1]);
	if (rc < 0)
		return rc;
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0U);
	if (pidfd < 0) {
		rc = -errno;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return rc;
	}
	while (rc > 0)
		rc = receive(reader, received);
	vns_deadline_end_child(pidfd);
	return rc;
}

bool vns_doctor_apart(struct vns_doctor *doctor,
		      void (*work)(struct vns_doctor *doctor, void *argument),
		      void *argument, struct vns_strings *begun)
{
	struct received received = { NULL, 0 };
	struct vns_strings own = { 0 };
	const char *what;
	bool whole;
	int rc;

	begun = begun ? begun : &own;
	rc = run_apart(doctor, work, argument, &received);
	whole = take(doctor, &received, begun) && rc == 0;
	what = begun->count ? begun->items[begun->count - 1] : "";
	if (rc == -ETIMEDOUT)
		vns_doctor_fail(doctor, "answer", what,
				"look at what hangs: the directory service "
				"(\"getent passwd\"), a network or FUSE "
				"file system",
				"gave no answer for %d seconds",
				SILENCE_MS / 1000);
	else if (!whole)
		vns_doctor_fail(doctor, "answer", what,
				"run \"vns doctor\" again; if it says the "
				"same, report it",
				"this check ended early: %s",
				strerrordesc_np(rc < 0 ? -rc : EPIPE));
	free(received.text);
	vns_strings_free(&own);
	return whole;
}

/* --- a list of names ------------------------------------------------------ */

struct each {
	const struct vns_strings *names;
	size_t first;
	void (*work)(struct vns_doctor *doctor, const char *name);
};

static void work_each(struct vns_doctor *doctor, void *argument)
{
	const struct each *each = argument;
	size_t i;

	for (i = each->first; i < each->names->count; i++) {
		vns_doctor_begin(doctor, each->names->items[i]);
		each->work(doctor, each->names->items[i]);
	}
}

void vns_doctor_each(struct vns_doctor *doctor, const struct vns_strings *names,
		     void (*work)(struct vns_doctor *doctor, const char *name))
{
	struct each each = { .names = names, .work = work };
	int hangs = 0;

	while (each.first < names->count && hangs < HANGS_MAX) {
		struct vns_strings begun = { 0 };

		if (vns_doctor_apart(doctor, work_each, &each, &begun))
			each.first = names->count;
		else
			each.first += begun.count;
		/* If not one was begun, there is no use in trying again. */
		hangs = begun.count ? hangs + 1 : HANGS_MAX;
		vns_strings_free(&begun);
	}
	if (each.first < names->count)
		vns_doctor_fail(doctor, "answer", names->items[each.first],
				"first remove what makes the checks hang",
				"was not looked at, and neither were those "
				"after it");
}

bool vns_doctor_read(const char *path, char *text, size_t size)
{
	FILE *stream = fopen(path, "re");
	bool found = stream && fgets(text, (int)size, stream);

	if (stream)
		(void)fclose(stream);
	if (found)
		text[strcspn(text, "\n")] = '\0';
	return found;
}

bool vns_doctor_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

const char *vns_doctor_first(const char *const paths[], size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (vns_doctor_exists(paths[i]))
			return paths[i];
	return NULL;
}
