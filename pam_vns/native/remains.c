/*
 * Notes which mount namespace a vserver had in a file beside its lock, and
 * writes a line of the log for each user of its namespaces.
 */
#include "native/remains.h"

#include "lib/util.h"
#include "native/nsuser.h"
#include "system/process.h"
#include "system/safefile.h"
#include "vserver/rundir.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

/* How long processes of our own that are about to end may take. */
#define PATIENCE_MS 1000

/* The name of a file: NAME_MAX is more than a vserver's name may take. */
typedef char note_name[VNS_NAME_MAX + 16];

static void name_note(const char *vserver, note_name name)
{
	snprintf(name, sizeof(note_name), VNS_RUNDIR_LEFT "%.*s", VNS_NAME_MAX,
		 vserver);
}

void vns_remains_note(const struct vns_native *native,
		      const struct vns_place *place)
{
	struct vns_error ignored;
	vns_nsuser_id id;
	note_name name;

	name_note(native->vserver->name, name);
	/* A stop is not to fail for want of this. */
	if (!vns_nsuser_identify(VNS_NS_MNT, place->ns[VNS_NS_MNT], id) ||
	    vns_safefile_write(native->locks, name, id, &ignored) < 0)
		unlinkat(native->locks, name, 0);
}

/* A process's own name is its choice: it is to look like one, and no more. */
static void read_name(unsigned long pid, char name[VNS_PROCESS_NAME])
{
	(void)vns_process_name((int)pid, name);
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("+-./:@_", *name))
			*name = '?';
}

/*
 * The owner of /proc/PID is no answer: it is root for a process that does not
 * let itself be traced.
 */
static bool read_uid(unsigned long pid, uid_t *uid)
{
	char path[32], line[128];
	unsigned long number;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%lu/status", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "Uid:\t", 5) != 0)
			continue;
		line[5 + strcspn(line + 5, "\t")] = '\0';
		found = vns_util_number(line + 5, UINT_MAX, &number);
	}
	(void)fclose(file);
	if (found)
		*uid = (uid_t)number;
	return found;
}

static void describe_owner(unsigned long pid, char *text, size_t size)
{
	struct passwd *pw;
	uid_t uid = 0;

	*text = '\0';
	if (!read_uid(pid, &uid))
		return;
	pw = getpwuid(uid);
	if (pw)
		snprintf(text, size, " of %s", pw->pw_name);
	else
		snprintf(text, size, " of uid %lu", (unsigned long)uid);
}

/* Such as: process 1234 (sleep) of alice, by descriptor 5 */
static void describe(const struct vns_nsuser *user, char *text, size_t size)
{
	char name[VNS_PROCESS_NAME], owner[128], how[40] = ", which is in it";

	if (user->pid == 0) {
		snprintf(text, size, "a mount on %s", user->mount);
		return;
	}
	read_name(user->pid, name);
	describe_owner(user->pid, owner, sizeof(owner));
	if (user->fd >= 0)
		snprintf(how, sizeof(how), ", by descriptor %d", user->fd);
	snprintf(text, size, "process %lu (%s)%s%s", user->pid, name, owner,
		 how);
}

static void tell(const char *name, const struct vns_nsuser *user,
		 const struct vns_log *log)
{
	char text[320];

	describe(user, text, sizeof(text));
	if (user->type == VNS_NS_MNT)
		vns_log_write(log, VNS_LOG_WARNING,
			      "vserver \"%s\": its mount namespace is still "
			      "held by %s: its mounts stay until that %s",
			      name, text,
			      user->pid == 0 ? "is unmounted" : "ends");
	else
		vns_log_write(log, VNS_LOG_WARNING,
			      "vserver \"%s\": its %s namespace is still held "
			      "by %s",
			      name, vns_nsname((enum vns_ns)user->type), text);
}

/* Returns false if nobody was found. */
static bool tell_all(const struct vns_config *config, const char *name,
		     const vns_nsuser_id *wanted, unsigned patience_ms,
		     const struct vns_log *log)
{
	struct vns_nsusers users;
	struct vns_error err;
	unsigned i;

	if (vns_nsuser_find(wanted, config->run_dir, patience_ms, &users,
			    &err) < 0) {
		vns_log_write(log, VNS_LOG_WARNING,
			      "vserver \"%s\": who still holds it is not "
			      "known: %s",
			      name, err.text);
		return true;
	}
	for (i = 0; i < users.count && i < VNS_NSUSER_MAX; i++)
		tell(name, &users.first[i], log);
	if (users.count > VNS_NSUSER_MAX)
		vns_log_write(log, VNS_LOG_WARNING,
			      "vserver \"%s\": its namespaces are still held "
			      "by %u others",
			      name, users.count - VNS_NSUSER_MAX);
	return users.count > 0;
}

void vns_remains_tell(const struct vns_native *native,
		      const struct vns_place *place, const struct vns_log *log)
{
	vns_nsuser_id wanted[VNS_NS_COUNT] = { "" };
	const char *vserver = native->vserver->name;
	note_name name;
	int type;

	for (type = 0; type < VNS_NS_COUNT; type++)
		if (place->ns[type] >= 0)
			(void)vns_nsuser_identify((enum vns_ns)type,
						  place->ns[type],
						  wanted[type]);
	name_note(vserver, name);
	if (!tell_all(native->config, vserver, wanted, PATIENCE_MS, log))
		unlinkat(native->locks, name, 0);
}

/*
 * The note is not removed here, without the lock: another stop may be writing
 * the next one.
 */
void vns_remains_tell_later(const struct vns_config *config, const char *name,
			    const struct vns_log *log)
{
	vns_nsuser_id wanted[VNS_NS_COUNT] = { "" };
	char *id = wanted[VNS_NS_MNT], path[PATH_MAX];
	VNS_AUTOCLOSE int fd = -1;
	note_name file;

	name_note(name, file);
	if (vns_util_format(path, sizeof(path), "%s/" VNS_RUNDIR_LOCK "/%s",
			    config->run_dir, file))
		fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && read(fd, id, sizeof(vns_nsuser_id) - 1) > 0)
		(void)tell_all(config, name, wanted, 0, log);
}
