/*
 * Replaces and removes notes under a lock over all of them, so that a new
 * note is never taken for the one that has been seen to.
 */
#include "vserver/due.h"

#include "lib/paths.h"
#include "system/deadline.h"
#include "system/lock.h"
#include "system/runtime.h"
#include "system/safefile.h"
#include "vserver/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define DIRECTORY VNS_KEEPER_RUN "/" VNS_RUNDIR_DUE
/* No vserver's name begins so. */
#define NEW ".new"
#define LOCK ".lock"
#define LOCK_MS 10000
#define NOTE_MAX 16384UL
/* When to look again at a stop that another process sees to. */
#define AGAIN_MS 60000

/* Returns false where the vserver's name is none. */
static bool name_note(char name[], size_t size, const char *run_dir,
		      const char *vserver)
{
	/* FNV-1a. */
	uint64_t id = 0xcbf29ce484222325;

	for (; *run_dir; run_dir++)
		id = (id ^ (unsigned char)*run_dir) * 0x100000001b3;
	return vns_util_name_valid(vserver) &&
	       vns_util_format(name, size, "%s:%016llx", vserver,
			       (unsigned long long)id);
}

/* --- noting --------------------------------------------------------------- */

static int write_note(int directory, const char *name, const char *text,
		      size_t length)
{
	VNS_AUTOCLOSE int fd = openat(
		directory, NEW,
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0)
		return -errno;
	rc = vns_safefile_write_all(fd, text, length);
	return rc == 0 && renameat(directory, NEW, directory, name) < 0 ?
		       -errno :
		       rc;
}

static int make_text(const struct vns_strings *record, int64_t when,
		     char **text, size_t *length)
{
	static const char *const keys[] = { "config", "run_dir", "vserver" };
	struct vns_strings fields = { 0 };
	char number[24];
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < sizeof(keys) / sizeof(keys[0]); i++)
		rc = vns_fields_add(&fields, keys[i],
				    vns_fields_get(record, keys[i]));
	snprintf(number, sizeof(number), "%lld", (long long)when);
	if (rc == 0)
		rc = vns_fields_add(&fields, "when", number);
	*text = rc == 0 ? vns_fields_join(&fields, length) : NULL;
	vns_strings_free(&fields);
	return *text ? 0 : -ENOMEM;
}

int vns_due_note(const struct vns_strings *record, unsigned seconds,
		 int64_t *when, struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	VNS_AUTOCLOSE int lock = -1;
	VNS_AUTOFREE char *text = NULL;
	char name[sizeof(((struct vns_due *)NULL)->name)];
	size_t length;
	int rc = vns_runtime_open(VNS_RUNDIR_DUE, &directory, err);

	if (rc < 0)
		return rc;
	*when = vns_deadline_now() + seconds * 1000LL;
	if (!name_note(name, sizeof(name), vns_fields_get(record, "run_dir"),
		       vns_fields_get(record, "vserver")))
		return vns_error_errno(err, EINVAL, DIRECTORY);
	rc = vns_lock_take(directory, LOCK, DIRECTORY, LOCK_MS, &lock, err);
	if (rc < 0)
		return rc;
	rc = make_text(record, *when, &text, &length);
	if (rc == 0)
		rc = write_note(directory, name, text, length);
	return rc < 0 ? vns_error_errno(err, -rc, "noting when it is due") : 0;
}

void vns_due_forget(const char *run_dir, const char *vserver)
{
	VNS_AUTOCLOSE int directory = open(
		DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char name[sizeof(((struct vns_due *)NULL)->name)];

	if (directory >= 0 && name_note(name, sizeof(name), run_dir, vserver))
		(void)!unlinkat(directory, name, 0);
}

/* --- what is due ---------------------------------------------------------- */

bool vns_due_replaced(const struct vns_due *due)
{
	struct stat st;

	return fstat(due->fd, &st) < 0 || st.st_nlink == 0;
}

/* A note that cannot be removed in time is seen to once more. */
static void remove_note(const struct vns_due *due, long timeout_ms)
{
	VNS_AUTOCLOSE int directory = open(
		DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	VNS_AUTOCLOSE int lock = -1;
	struct vns_error ignored;

	if (directory >= 0 &&
	    vns_lock_take(directory, LOCK, DIRECTORY, timeout_ms, &lock,
			  &ignored) == 0 &&
	    !vns_due_replaced(due))
		(void)!unlinkat(directory, due->name, 0);
}

void vns_due_remove(const struct vns_due *due)
{
	remove_note(due, LOCK_MS);
}

/*
 * Opens and reads a note. Returns 0, -ENOENT where there is none any more or
 * nothing that can be read, which is removed, or another error, which may pass.
 */
static int read_note(int directory, struct vns_due *due, unsigned long *when)
{
	VNS_AUTOFREE char *text = NULL;
	struct vns_error ignored;
	size_t length;
	int rc;

	due->fd = openat(directory, due->name,
			 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (due->fd < 0)
		return errno == EMFILE || errno == ENFILE ? -errno : -ENOENT;
	rc = vns_safefile_slurp(due->fd, due->name, NOTE_MAX, &text, &length,
				&ignored);
	if (rc == 0)
		rc = vns_fields_split(text, length, &due->fields);
	if (rc == -ENOMEM ||
	    (rc == 0 && vns_fields_number(&due->fields, "when", when)))
		return rc;
	/* The keeper is the one who looks: it waits for nobody. */
	remove_note(due, 0);
	return -ENOENT;
}

static void free_due(struct vns_due *due)
{
	vns_safefile_close(&due->fd);
	vns_strings_free(&due->fields);
}

/* Returns when the note is to be looked at again, or 0. */
static int64_t look_at(int directory, const char *name, int64_t now,
		       void (*visit)(const struct vns_due *due, void *context),
		       void *context)
{
	__attribute__((cleanup(free_due))) struct vns_due due = { .fd = -1 };
	unsigned long when = 0;
	int rc;

	if (!vns_util_format(due.name, sizeof(due.name), "%s", name))
		return 0;
	rc = read_note(directory, &due, &when);
	if (rc < 0)
		return rc == -ENOENT ? 0 : now + AGAIN_MS;
	/* A clock that has begun anew is not waited for. */
	if ((int64_t)when > now && (int64_t)when <= now + VNS_DUE_MAX * 1000LL)
		return (int64_t)when;
	if (flock(due.fd, LOCK_EX | LOCK_NB) < 0)
		return now + AGAIN_MS;
	if (!vns_due_replaced(&due))
		visit(&due, context);
	return now + AGAIN_MS;
}

int64_t vns_due_walk(int64_t now,
		     void (*visit)(const struct vns_due *due, void *context),
		     void *context)
{
	DIR *entries = opendir(DIRECTORY);
	struct dirent *entry;
	int64_t when, next = 0;

	if (!entries && errno != ENOENT)
		return now + AGAIN_MS;
	while (entries && (entry = readdir(entries))) {
		if (entry->d_name[0] == '.')
			continue;
		when = look_at(dirfd(entries), entry->d_name, now, visit,
			       context);
		if (when > 0 && (next == 0 || when < next))
			next = when;
	}
	if (entries)
		closedir(entries);
	return next;
}
