/*
 * Answers the session's request to place its terminal, and reads the records of
 * the other sessions before it removes the terminal.
 */
#include "tool/watch_tty.h"

#include "config/definition.h"
#include "config/load.h"
#include "native/lock.h"
#include "system/channel.h"
#include "vserver/sessions.h"
#include "vserver/open.h"
#include "login/watch.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>

/* The lock is held while a terminal is put in place or taken away. */
#define LOCK_MS 12000

static int take_lock(int lock, struct vns_error *err)
{
	return vns_lock_hold(lock, "the terminals of sessions", LOCK_MS, err);
}

static int place(int lock, struct vns_bindtty *terminal, const char *path,
		 const int fds[VNS_WATCH_FDS], struct vns_error *err)
{
	struct vns_place where = VNS_PLACE_NONE;
	int rc = take_lock(lock, err);

	if (rc < 0)
		return rc;
	where.ns[VNS_NS_MNT] = fds[VNS_WATCH_MNT];
	where.root = fds[VNS_WATCH_ROOT];
	rc = vns_bindtty_place(terminal, path, fds[VNS_WATCH_TTY], &where, err);
	flock(lock, LOCK_UN);
	return rc;
}

static void answer(int socket, int rc, const struct vns_error *err)
{
	const char *text = rc < 0 ? err->text : VNS_WATCH_DONE;

	(void)vns_channel_send(socket, text, strlen(text), NULL, 0,
			       MSG_DONTWAIT);
}

ssize_t vns_cli_terminal_receive(int socket, int lock,
				 struct vns_bindtty *terminal, char *word)
{
	VNS_AUTOEXTRAS struct vns_channel_extras extras;
	char text[1 + VNS_TTY_PATH_MAX] = "";
	ssize_t size =
		vns_channel_receive(socket, text, sizeof(text) - 1, &extras, 0);
	struct vns_error err;
	int rc;

	*word = text[0];
	if (size <= 0 || *word != VNS_WATCH_TERMINAL)
		return size;
	rc = extras.count == VNS_WATCH_FDS ?
		     place(lock, terminal, text + 1, extras.fds, &err) :
		     vns_error_set(&err, EPROTO, "what was sent is incomplete");
	answer(socket, rc, &err);
	return size;
}

/* --- after the session ---------------------------------------------------- */

struct others {
	const struct vns_strings *record;
	unsigned long process; /* a process of another session; 0: none */
};

static bool visit(const struct vns_strings *record, void *context)
{
	struct others *others = context;
	static const char *const keys[] = { "vserver", "terminal" };
	size_t i;

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
		rc = vns_open_vserver(config, vserver, &where, err);
	if (rc == -ESRCH || rc == -EOWNERDEAD)
		return 0;
	return rc < 0 ? rc : vns_bindtty_remove(terminal, &where, err);
}

int vns_cli_terminal_release(const struct vns_strings *record, int lock,
			     struct vns_bindtty *terminal,
			     unsigned long *process, struct vns_error *err)
{
	struct others others = { .record = record };
	int rc;

	*process = 0;
	if (!terminal->placed)
		return 0;
	rc = take_lock(lock, err);
	if (rc < 0)
		return rc;
	rc = vns_sessions_walk(vns_fields_get(record, "run_dir"), visit,
			       &others, err);
	if (rc == 0 && !others.process) {
		rc = take_away(record, terminal, err);
		vns_bindtty_close(terminal);
	}
	flock(lock, LOCK_UN);
	*process = others.process;
	if (rc < 0)
		vns_error_context(err, "the terminal %s is left in vserver %s",
				  vns_fields_get(record, "terminal"),
				  vns_fields_get(record, "vserver"));
	return rc;
}
