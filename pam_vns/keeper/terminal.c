/*
 * Places a terminal under a lock of its vserver, and takes it away when no
 * other session's record names it.
 */
#include "keeper/terminal.h"

#include "config/definition.h"
#include "config/load.h"
#include "system/lock.h"
#include "system/runtime.h"
#include "system/safefile.h"
#include "vserver/open.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The lock is held while a terminal is put in place or taken away. */
#define PREFIX ".terminal-"
#define LOCK_MS 12000
/* In the record of the session that has placed it: "DEVICE INODE NUMBER". */
#define BOUND "bound"

/* A lock of one vserver's. */
struct lock {
	int directory, fd;
	char name[sizeof(PREFIX) + VNS_NAME_MAX];
};
#define LOCK_NONE ((struct lock){ -1, -1, "" })

static void release_lock(struct lock *lock)
{
	vns_lock_remove(lock->directory, lock->name, &lock->fd);
	vns_safefile_close(&lock->directory);
}
#define AUTOLOCK __attribute__((cleanup(release_lock)))

/*
 * Takes the lock of the vserver of this name, which ends at the colon where it
 * is a session's. Each vserver has one of its own: a tenant's /dev that does
 * not answer holds up the terminals of that tenant alone.
 */
static int take_lock(const char *name, struct lock *lock, struct vns_error *err)
{
	int rc = vns_runtime_open(VNS_RUNTIME_LOCK, &lock->directory, err);

	if (rc < 0)
		return rc;
	snprintf(lock->name, sizeof(lock->name), PREFIX "%.*s",
		 (int)strcspn(name, ":"), name);
	return vns_lock_take(lock->directory, lock->name,
			     "placing or removing a terminal", LOCK_MS,
			     &lock->fd, err);
}

static int note(const struct vns_bindtty *terminal, int directory,
		const vns_session name, struct vns_error *err)
{
	char text[96];

	snprintf(text, sizeof(text), "%llu %llu %llu",
		 (unsigned long long)terminal->device,
		 (unsigned long long)terminal->inode,
		 (unsigned long long)terminal->number);
	return vns_sessions_append(directory, name, BOUND, text, err);
}

int vns_terminal_place(struct vns_bindtty *terminal, int directory,
		       const vns_session name, const char *path, int tty,
		       const struct vns_place *place, struct vns_error *err)
{
	AUTOLOCK struct lock lock = LOCK_NONE;
	struct vns_error ignored;
	int rc = take_lock(name, &lock, err);

	if (rc == 0)
		rc = vns_bindtty_place(terminal, path, tty, place, err);
	if (rc < 0 || !terminal->placed)
		return rc;
	rc = note(terminal, directory, name, err);
	if (rc < 0) {
		(void)vns_bindtty_remove(terminal, place, &ignored);
		vns_bindtty_close(terminal);
	}
	return rc;
}

int vns_terminal_undo(struct vns_bindtty *terminal, const vns_session name,
		      const struct vns_place *place, struct vns_error *err)
{
	AUTOLOCK struct lock lock = LOCK_NONE;
	int rc;

	if (!terminal->placed)
		return 0;
	rc = take_lock(name, &lock, err);
	if (rc == 0)
		rc = vns_bindtty_remove(terminal, place, err);
	vns_bindtty_close(terminal);
	return rc;
}

static bool read_bound(const char *text, struct vns_bindtty *terminal)
{
	uint64_t *const numbers[] = { &terminal->device, &terminal->inode,
				      &terminal->number };
	char *end;
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		errno = 0;
		*numbers[i] = strtoull(text, &end, 10);
		if (end == text || errno != 0)
			return false;
		text = end;
	}
	return *text == '\0';
}

struct vns_bindtty vns_terminal_recorded(const struct vns_strings *record,
					 int master)
{
	struct vns_bindtty terminal = VNS_BINDTTY_NONE;

	terminal.master = master;
	terminal.placed =
		read_bound(vns_fields_get(record, BOUND), &terminal) &&
		vns_util_format(terminal.path, sizeof(terminal.path), "%s",
				vns_fields_get(record, "terminal"));
	return terminal;
}

/* --- after the session ---------------------------------------------------- */

struct others {
	const struct vns_strings *record;
	unsigned long process; /* a process of another session; 0: none */
};

static bool visit(const vns_session name, const struct vns_strings *record,
		  void *context)
{
	struct others *others = context;
	static const char *const keys[] = { "vserver", "terminal" };
	size_t i;

	(void)name;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(vns_fields_get(record, keys[i]),
			   vns_fields_get(others->record, keys[i])) != 0)
			return true;
	return !vns_fields_number(record, "pid", &others->process);
}

/* Removes the terminal. A vserver that does not run any more has none. */
static int take_away(const struct vns_strings *record,
		     struct vns_bindtty *terminal, struct vns_error *err)
{
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	VNS_AUTOPLACE struct vns_place where = VNS_PLACE_NONE;
	int rc =
		vns_load_config(vns_fields_get(record, "config"), &config, err);

	if (rc == 0)
		rc = vns_load_vserver(config, vns_fields_get(record, "vserver"),
				      &vserver, err);
	if (rc == 0)
		rc = vns_open_vserver(config, vserver, VNS_PLACE_ANYBODY,
				      &where, err);
	if (rc == -ESRCH || rc == -EOWNERDEAD)
		return 0;
	return rc < 0 && rc != -EBUSY ?
		       rc :
		       vns_bindtty_remove(terminal, &where, err);
}

int vns_terminal_release(const struct vns_strings *record,
			 struct vns_bindtty *terminal, unsigned long *process,
			 struct vns_error *err)
{
	AUTOLOCK struct lock lock = LOCK_NONE;
	struct others others = { .record = record };
	int rc;

	*process = 0;
	if (!terminal->placed)
		return 0;
	rc = take_lock(vns_fields_get(record, "vserver"), &lock, err);
	if (rc < 0)
		return rc;
	rc = vns_sessions_walk(vns_fields_get(record, "run_dir"), false, visit,
			       &others, err);
	if (rc == 0 && !others.process) {
		rc = take_away(record, terminal, err);
		vns_bindtty_close(terminal);
	}
	*process = others.process;
	if (rc < 0)
		vns_error_context(err, "the terminal %s is left in vserver %s",
				  vns_fields_get(record, "terminal"),
				  vns_fields_get(record, "vserver"));
	return rc;
}
