/*
 * Writes records under a hidden name first, and claims the record of a session
 * that has ended by a lock and another name.
 */
#include "vserver/sessions.h"

#include "lib/paths.h"
#include "system/lock.h"
#include "system/runtime.h"
#include "system/safefile.h"
#include "vserver/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

/* This character separates the name from the rest; no vserver's name has it. */
#define MARK ':'
#define ENDED ":ended"
#define DIRECTORY VNS_KEEPER_RUN "/" VNS_RUNDIR_SESSIONS
/* This is more than a record can have. */
#define RECORD_MAX (1024UL * 1024)
/*
 * The age in seconds up to which an unfinished file is left alone. Writing a
 * record takes no time, but the host may be in trouble.
 */
#define YOUNG 60
/*
 * Whoever looks whether a file is locked has a lock, too, for a moment: so long
 * it is waited for, in milliseconds.
 */
#define LOCK_MS 15

static void unlink_quietly(int directory, const char *name)
{
	(void)!unlinkat(directory, name, 0);
}

int vns_sessions_open(int *directory, struct vns_error *err)
{
	return vns_runtime_open(VNS_RUNDIR_SESSIONS, directory, err);
}

/* --- writing -------------------------------------------------------------- */

/* What the record is called until it is written. */
typedef char unwritten[VNS_SESSIONS_NAME + 1];

static void name_unwritten(const char *name, unwritten temporary)
{
	snprintf(temporary, sizeof(unwritten), ".%s", name);
}

static int fill(int directory, const char *name, const char *text,
		size_t length)
{
	unwritten temporary;
	VNS_AUTOCLOSE int fd = -1;
	int rc;

	name_unwritten(name, temporary);
	fd = openat(directory, temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	rc = vns_safefile_write_all(fd, text, length);
	if (rc == 0 && renameat(directory, temporary, directory, name) < 0)
		rc = -errno;
	if (rc < 0)
		unlink_quietly(directory, temporary);
	return rc;
}

int vns_sessions_write(int directory, const struct vns_strings *record,
		       vns_session name, struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	unsigned long id;
	size_t length;
	int rc;

	text = vns_fields_join(record, &length);
	if (!text)
		return vns_error_memory(err);
	if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id))
		return vns_error_errno(err, errno, "getrandom");
	snprintf(name, VNS_SESSIONS_NAME, "%.*s%c%016lx", VNS_NAME_MAX,
		 vns_fields_get(record, "vserver"), MARK, id);
	rc = fill(directory, name, text, length);
	return rc < 0 ? vns_error_errno(err, -rc, "recording the session") : 0;
}

int vns_sessions_append(int directory, const vns_session name, const char *key,
			const char *value, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = openat(
		directory, name, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	char text[512];
	int length = snprintf(text, sizeof(text), "%s=%s", key, value);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	ssize_t written = -1;

	if (length < 0 || (size_t)length >= sizeof(text))
		return vns_error_errno(err, ENAMETOOLONG, "%s", key);
	if (end >= 0)
		written = write(fd, text, (size_t)length + 1);
	if (written == length + 1)
		return 0;
	/* What is cut off would make the record one that cannot be read. */
	if (written >= 0)
		errno = ftruncate(fd, end) < 0 ? EIO : ENOSPC;
	return vns_error_errno(err, errno, "recording the session's %s", key);
}

void vns_sessions_unwritten(int directory, const vns_session name)
{
	unwritten temporary;

	name_unwritten(name, temporary);
	unlink_quietly(directory, temporary);
}

void vns_sessions_forget(int directory, const vns_session name)
{
	unlink_quietly(directory, name);
}

/* --- ending --------------------------------------------------------------- */

static int read_record(int fd, const char *name, struct vns_strings *record,
		       struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	int rc = vns_safefile_slurp(fd, name, RECORD_MAX, &text, &length, err);

	if (rc < 0)
		return rc;
	rc = vns_fields_split(text, length, record);
	if (rc == 0)
		return 0;
	vns_strings_free(record);
	return vns_error_set(err, -rc, "%s: not the record of a session", name);
}

int vns_sessions_read(int directory, const vns_session name,
		      struct vns_strings *record, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return vns_error_errno(err, errno, "%s", name);
	return read_record(fd, name, record, err);
}

/* Returns -ENOENT where somebody else, who lives, has the lock. */
static int lock(const struct vns_sessions_claim *claim)
{
	struct vns_error ignored;
	int rc = claim->fd < 0 ? -errno :
				 vns_lock_hold(claim->fd, claim->name, LOCK_MS,
					       &ignored);

	return rc == -EBUSY ? -ENOENT : rc;
}

/* Goes on where a process was killed that had claimed the record. */
static int take_on(int directory, struct vns_sessions_claim *claim)
{
	struct stat st;
	int rc;

	claim->fd = openat(directory, claim->name,
			   O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	rc = lock(claim);
	if (rc < 0)
		return rc;
	if (fstat(claim->fd, &st) < 0)
		return -errno;
	return st.st_nlink > 0 ? 0 : -ENOENT;
}

/* The lock is taken before others can see that the record is claimed. */
static int take(int directory, const char *name,
		struct vns_sessions_claim *claim)
{
	int rc;

	if (!vns_util_format(claim->name, sizeof(claim->name), "%s" ENDED,
			     name))
		return -ENAMETOOLONG;
	claim->fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (claim->fd < 0 && errno == ENOENT)
		return take_on(directory, claim);
	rc = lock(claim);
	if (rc == 0 && renameat(directory, name, directory, claim->name) < 0)
		rc = -errno;
	return rc;
}

int vns_sessions_claim(int directory, const vns_session name,
		       struct vns_sessions_claim *claim, struct vns_error *err)
{
	int rc;

	*claim = VNS_SESSIONS_CLAIM;
	rc = take(directory, name, claim);
	if (rc < 0) {
		vns_safefile_close(&claim->fd);
		claim->fd = -1;
		return vns_error_errno(err, -rc, "%s", name);
	}
	rc = read_record(claim->fd, claim->name, &claim->record, err);
	if (rc == -EINVAL)
		vns_sessions_remove(directory, claim);
	if (rc < 0) {
		/* Without memory now, the next keeper may be able to. */
		vns_safefile_close(&claim->fd);
		claim->fd = -1;
	}
	return rc;
}

void vns_sessions_remove(int directory, struct vns_sessions_claim *claim)
{
	unlink_quietly(directory, claim->name);
	vns_safefile_close(&claim->fd);
	vns_strings_free(&claim->record);
	*claim = VNS_SESSIONS_CLAIM;
}

/* --- finding -------------------------------------------------------------- */

int vns_sessions_leader(const struct vns_strings *record,
			struct vns_process *process, struct vns_error *err)
{
	VNS_AUTOFREE char *boot = NULL;
	unsigned long pid, ticks;
	int rc;

	if (!vns_fields_number(record, "pid", &pid) || pid > INT_MAX ||
	    !vns_fields_number(record, "ticks", &ticks))
		return vns_error_set(err, ESRCH, "the record has no process");
	rc = vns_process_boot(&boot, err);
	if (rc < 0)
		return rc;
	if (strcmp(vns_fields_get(record, "boot"), boot) != 0)
		return vns_error_set(err, ESRCH, "rebooted since");
	return vns_process_reopen((int)pid, ticks, process, err);
}

static bool leader_lives(const struct vns_strings *record)
{
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	struct vns_error ignored;

	return vns_sessions_leader(record, &process, &ignored) == 0;
}

/* Whether the file is locked by a living process that has claimed it. */
static bool is_locked(int directory, const char *name)
{
	VNS_AUTOCLOSE int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 &&
	       errno == EWOULDBLOCK;
}

/*
 * Removes a file that was left by a process that was killed while it wrote a
 * record. It may also be about to write.
 */
static void clean_up(int directory, const char *name)
{
	struct stat st;

	if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && st.st_mtime < time(NULL) - YOUNG)
		unlink_quietly(directory, name);
}

static bool has_ended(const char *name)
{
	return strstr(name, ENDED) != NULL;
}

/* *entries is NULL where nothing was ever recorded. */
static int open_entries(DIR **entries, struct vns_error *err)
{
	*entries = opendir(DIRECTORY);
	if (!*entries && errno != ENOENT)
		return vns_error_errno(err, errno, DIRECTORY);
	return 0;
}

/* Whether the entry belongs to a session of this vserver, in any run_dir. */
static bool is_of(const char *name, const char *vserver)
{
	const size_t length = strlen(vserver);

	return strncmp(name, vserver, length) == 0 && name[length] == MARK;
}

struct walk {
	const char *run_dir;
	const char *vserver; /* NULL: any */
	bool kept;
	bool (*visit)(const vns_session name, const struct vns_strings *record,
		      void *context);
	void *context;
};

/* Returns false if visit wants no more. */
static bool look_at(const struct walk *walk, int directory, const char *entry)
{
	VNS_AUTOCLOSE int fd =
		openat(directory, entry, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct vns_strings record = { 0 };
	struct vns_error ignored;
	vns_session name;
	bool more = true;

	if (fd >= 0 && vns_util_format(name, sizeof(name), "%s", entry) &&
	    read_record(fd, entry, &record, &ignored) == 0 &&
	    (!walk->run_dir ||
	     strcmp(walk->run_dir, vns_fields_get(&record, "run_dir")) == 0) &&
	    (walk->kept || leader_lives(&record)))
		more = walk->visit(name, &record, walk->context);
	vns_strings_free(&record);
	return more;
}

static int go_through(const struct walk *walk, struct vns_error *err)
{
	struct dirent *entry;
	bool more = true;
	DIR *entries;
	int rc = open_entries(&entries, err);

	if (rc < 0 || !entries)
		return rc;
	while (more && (entry = readdir(entries))) {
		const char *name = entry->d_name;

		if (!strchr(name, MARK) ||
		    (walk->vserver && !is_of(name, walk->vserver)))
			continue;
		if (name[0] == '.')
			clean_up(dirfd(entries), name);
		else if (!has_ended(name))
			more = look_at(walk, dirfd(entries), name);
	}
	closedir(entries);
	return 0;
}

int vns_sessions_walk(const char *run_dir, bool kept,
		      bool (*visit)(const vns_session name,
				    const struct vns_strings *record,
				    void *context),
		      void *context, struct vns_error *err)
{
	const struct walk walk = { run_dir, NULL, kept, visit, context };

	return go_through(&walk, err);
}

int vns_sessions_walk_in(const char *run_dir, const char *vserver, bool kept,
			 bool (*visit)(const vns_session name,
				       const struct vns_strings *record,
				       void *context),
			 void *context, struct vns_error *err)
{
	const struct walk walk = { run_dir, vserver, kept, visit, context };

	return go_through(&walk, err);
}

int vns_sessions_walk_left(void (*visit)(const vns_session name, void *context),
			   void *context, struct vns_error *err)
{
	struct dirent *entry;
	vns_session name;
	DIR *entries;
	int rc = open_entries(&entries, err);

	if (rc < 0 || !entries)
		return rc;
	while ((entry = readdir(entries)))
		if (entry->d_name[0] != '.' && has_ended(entry->d_name) &&
		    !is_locked(dirfd(entries), entry->d_name) &&
		    vns_util_format(
			    name, sizeof(name), "%.*s",
			    (int)(strstr(entry->d_name, ENDED) - entry->d_name),
			    entry->d_name))
			visit(name, context);
	closedir(entries);
	return 0;
}

/*
 * Whether the record is of a vserver below this run_dir, and of a session that
 * is not refused.
 */
static bool is_below(int directory, const char *name, const char *run_dir)
{
	VNS_AUTOCLOSE int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct vns_strings record = { 0 };
	struct vns_error ignored;
	bool below = fd >= 0 && read_record(fd, name, &record, &ignored) == 0 &&
		     strcmp(vns_fields_get(&record, "run_dir"), run_dir) == 0 &&
		     !*vns_fields_get(&record, VNS_RECORD_REFUSED);

	vns_strings_free(&record);
	return below;
}

int vns_sessions_watched(const char *run_dir, const char *vserver, bool *found,
			 struct vns_error *err)
{
	struct dirent *entry;
	DIR *entries;
	int rc = open_entries(&entries, err);

	*found = false;
	if (rc < 0 || !entries)
		return rc;
	while (!*found && (entry = readdir(entries))) {
		const char *name = entry->d_name;

		*found =
			is_of(name, vserver) &&
			(!has_ended(name) || is_locked(dirfd(entries), name)) &&
			is_below(dirfd(entries), name, run_dir);
	}
	closedir(entries);
	return 0;
}
