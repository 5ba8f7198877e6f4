/*
 * Locks each record before it gets its name, and tells by the lock, or by the
 * process that opened the session, whether the session lives.
 */
#include "vserver/sessions.h"

#include "system/process.h"
#include "vserver/rundir.h"
#include "system/safefile.h"

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
#define RETIRED ":ended"
/* This is more than what the module can send. */
#define RECORD_MAX (1024UL * 1024)
/*
 * The age in seconds up to which an unfinished file is left alone. Writing a
 * record takes no time, but the host may be in trouble.
 */
#define YOUNG 60

static void unlink_quietly(int directory, const char *name)
{
	(void)!unlinkat(directory, name, 0);
}

/* Opens run_dir/sessions, and creates it if it is missing. */
static int open_directory(const char *run_dir, int *fd, struct vns_error *err)
{
	VNS_AUTOCLOSE int run = -1;
	int rc;

	if (mkdir(run_dir, 0755) < 0 && errno != EEXIST)
		return vns_error_errno(err, errno, "mkdir %s", run_dir);
	rc = vns_safefile_open(run_dir, VNS_SAFEFILE_DIRECTORY, &run, err);
	if (rc < 0)
		return rc;
	if (mkdirat(run, VNS_RUNDIR_SESSIONS, 0700) < 0 && errno != EEXIST)
		return vns_error_errno(err, errno, "mkdir %s/%s", run_dir,
				       VNS_RUNDIR_SESSIONS);
	*fd = openat(run, VNS_RUNDIR_SESSIONS,
		     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *fd < 0 ? vns_error_errno(err, errno, "%s/%s", run_dir,
					 VNS_RUNDIR_SESSIONS) :
			 0;
}

/* The file is locked before it gets its name. */
static int fill(struct vns_sessions_file *file, const char *temporary,
		const char *text, size_t length)
{
	int rc;

	file->fd = openat(file->directory, temporary,
			  O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			  0600);
	if (file->fd < 0)
		return -errno;
	rc = flock(file->fd, LOCK_EX | LOCK_NB) < 0 ? -errno : 0;
	if (rc == 0)
		rc = vns_safefile_write_all(file->fd, text, length);
	if (rc == 0 && renameat(file->directory, temporary, file->directory,
				file->name) < 0)
		rc = -errno;
	if (rc < 0)
		unlink_quietly(file->directory, temporary);
	return rc;
}

static void close_file(struct vns_sessions_file *file)
{
	vns_safefile_close(&file->fd);
	vns_safefile_close(&file->directory);
	*file = VNS_SESSIONS_NONE;
}

int vns_sessions_write(const struct vns_strings *record,
		       struct vns_sessions_file *file, struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	char temporary[sizeof(file->name) + 1];
	unsigned long id;
	size_t length;
	int rc = open_directory(vns_fields_get(record, "run_dir"),
				&file->directory, err);

	if (rc < 0)
		return rc;
	text = vns_fields_join(record, &length);
	if (!text)
		rc = vns_error_memory(err);
	else if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id))
		rc = vns_error_errno(err, errno, "getrandom");
	if (rc == 0) {
		snprintf(file->name, sizeof(file->name), "%.*s%c%016lx",
			 VNS_NAME_MAX, vns_fields_get(record, "vserver"), MARK,
			 id);
		snprintf(temporary, sizeof(temporary), ".%s", file->name);
		rc = fill(file, temporary, text, length);
		if (rc < 0)
			vns_error_errno(err, -rc, "recording the session");
	}
	if (rc < 0)
		close_file(file);
	return rc;
}

void vns_sessions_retire(struct vns_sessions_file *file)
{
	char name[sizeof(file->name)];

	if (vns_util_format(name, sizeof(name), "%s" RETIRED, file->name) &&
	    renameat(file->directory, file->name, file->directory, name) == 0)
		memcpy(file->name, name, sizeof(name));
}

void vns_sessions_remove(struct vns_sessions_file *file)
{
	unlink_quietly(file->directory, file->name);
	close_file(file);
}

/* --- finding sessions ----------------------------------------------------- */

/*
 * Whether the process that opened the session still lives: the host has not
 * been rebooted since, and the number belongs to the same process.
 */
static bool leader_lives(const struct vns_strings *record)
{
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	VNS_AUTOFREE char *boot = NULL;
	unsigned long pid, ticks;
	unsigned long long started;
	struct vns_error ignored;

	if (!vns_fields_number(record, "pid", &pid) || pid > INT_MAX ||
	    !vns_fields_number(record, "ticks", &ticks) ||
	    vns_process_boot(&boot, &ignored) < 0)
		return false;
	return strcmp(vns_fields_get(record, "boot"), boot) == 0 &&
	       vns_process_open((int)pid, &process, &ignored) == 0 &&
	       vns_process_start_time(&process, &started, &ignored) == 0 &&
	       started == ticks && !vns_process_has_ended(&process);
}

static int read_record(int fd, const char *name, struct vns_strings *record)
{
	VNS_AUTOFREE char *text = NULL;
	struct vns_error ignored;
	size_t length;
	int rc = vns_safefile_slurp(fd, name, RECORD_MAX, &text, &length,
				    &ignored);

	return rc < 0 ? rc : vns_fields_split(text, length, record);
}

enum state { GONE, LIVES, WATCHED };

/*
 * Reads the record. A file is removed if its session neither is watched nor
 * lives.
 */
static enum state look_at(int directory, const char *name,
			  struct vns_strings *record)
{
	VNS_AUTOCLOSE int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool free;

	if (fd < 0)
		return GONE;
	free = flock(fd, LOCK_SH | LOCK_NB) == 0;
	if (!free && errno != EWOULDBLOCK)
		return GONE;
	if (read_record(fd, name, record) == 0) {
		if (!free)
			return WATCHED;
		if (!strstr(name, RETIRED) && leader_lives(record))
			return LIVES;
	}
	if (free)
		unlink_quietly(directory, name);
	return GONE;
}

/*
 * Removes a file left by a watcher that was killed before the record was
 * complete. Young files are not touched: their writer may be about to lock
 * them.
 */
static void clean_up(int directory, const char *name)
{
	VNS_AUTOCLOSE int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_mtime < time(NULL) - YOUNG &&
	    flock(fd, LOCK_SH | LOCK_NB) == 0)
		unlink_quietly(directory, name);
}

/* Opens run_dir/sessions. *entries is NULL where nothing was ever recorded. */
static int open_entries(const char *run_dir, DIR **entries,
			struct vns_error *err)
{
	char path[PATH_MAX];

	*entries = NULL;
	if (!vns_util_format(path, sizeof(path), "%s/" VNS_RUNDIR_SESSIONS,
			     run_dir))
		return vns_error_errno(err, ENAMETOOLONG, "run_dir");
	*entries = opendir(path);
	if (!*entries && errno != ENOENT)
		return vns_error_errno(err, errno, "%s", path);
	return 0;
}

int vns_sessions_walk(const char *run_dir,
		      bool (*visit)(const struct vns_strings *record,
				    void *context),
		      void *context, struct vns_error *err)
{
	struct dirent *entry;
	bool more = true;
	DIR *entries;
	int rc = open_entries(run_dir, &entries, err);

	if (rc < 0 || !entries)
		return rc;
	while (more && (entry = readdir(entries))) {
		struct vns_strings record = { 0 };

		if (entry->d_name[0] == '.')
			clean_up(dirfd(entries), entry->d_name);
		else if (look_at(dirfd(entries), entry->d_name, &record) !=
				 GONE &&
			 !strstr(entry->d_name, RETIRED))
			more = visit(&record, context);
		vns_strings_free(&record);
	}
	closedir(entries);
	return 0;
}

int vns_sessions_watched(const char *run_dir, const char *vserver, bool *found,
			 struct vns_error *err)
{
	const size_t length = strlen(vserver);
	struct dirent *entry;
	DIR *entries;
	int rc = open_entries(run_dir, &entries, err);

	*found = false;
	if (rc < 0 || !entries)
		return rc;
	while (!*found && (entry = readdir(entries))) {
		struct vns_strings record = { 0 };

		*found = strncmp(entry->d_name, vserver, length) == 0 &&
			 entry->d_name[length] == MARK &&
			 look_at(dirfd(entries), entry->d_name, &record) ==
				 WATCHED;
		vns_strings_free(&record);
	}
	closedir(entries);
	return 0;
}
