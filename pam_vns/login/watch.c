/*
 * Puts together the session's record, starts "vns watch" on the other end of a
 * socket pair, and asks it to place the terminal in the vserver.
 */
#include "login/watch.h"

#include "system/channel.h"
#include "system/deadline.h"
#include "system/process.h"
#include "system/safefile.h"
#include "system/spawn.h"
#include "system/tty.h"
#include "vserver/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/*
 * Writing a file takes no time. This limit, in seconds, is for a host in
 * trouble.
 */
#define TIMEOUT 30
/* Other requests may come first, and a filesystem inside may not answer. */
#define ANSWER_MS 30000

/* Returns 0 or -ENOMEM. */
static int add_number(struct vns_strings *record, const char *key,
		      unsigned long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", number);
	return vns_fields_add(record, key, text);
}

static int add_self(struct vns_strings *record, struct vns_error *err)
{
	VNS_AUTOPROCESS struct vns_process self = VNS_PROCESS_NONE;
	VNS_AUTOFREE char *boot = NULL;
	unsigned long long ticks = 0;
	int rc = vns_process_open(getpid(), &self, err);

	if (rc == 0)
		rc = vns_process_start_time(&self, &ticks, err);
	if (rc == 0)
		rc = vns_process_boot(&boot, err);
	if (rc < 0)
		return rc;
	if (add_number(record, "pid", (unsigned)self.pid) < 0 ||
	    add_number(record, "ticks", ticks) < 0 ||
	    vns_fields_add(record, "boot", boot) < 0 ||
	    add_number(record, "since", (unsigned long long)time(NULL)) < 0)
		return vns_error_memory(err);
	return 0;
}

static int add_vserver(struct vns_strings *record,
		       const struct vns_vserver *vserver)
{
	if (vns_fields_add(record, "vserver", vserver->name) < 0 ||
	    vns_fields_add(record, "instance", vserver->instance) < 0 ||
	    vns_fields_add(record, "root", vserver->root) < 0)
		return -ENOMEM;
	return vserver->context ?
		       add_number(record, "context", vserver->context) :
		       0;
}

static int add_terminal(struct vns_strings *record)
{
	char path[VNS_TTY_PATH_MAX];
	int fd;

	return vns_tty_find(&fd, path) ?
		       vns_fields_add(record, "terminal", path) :
		       0;
}

static int make_record(const struct vns_login *login,
		       struct vns_strings *record, struct vns_error *err)
{
	const struct vns_vserver *vserver = login->vserver;
	const bool stops = vserver->stop == VNS_STOP_LAST_LOGOUT;
	const struct vns_who who = vns_login_who(login);

	if (vns_record_add_who(record, &who) < 0 || add_terminal(record) < 0 ||
	    vns_fields_add(record, "rule", login->decision.rule) < 0 ||
	    add_vserver(record, vserver) < 0 ||
	    vns_fields_add(record, "config", login->config_path) < 0 ||
	    vns_fields_add(record, "run_dir", login->config->run_dir) < 0 ||
	    vns_fields_add(record, "stop", stops ? "last-logout" : NULL) < 0 ||
	    vns_record_add_hook(record, &login->config->close) < 0 ||
	    vns_record_add_hook(record, login->decision.close) < 0 ||
	    vns_record_add_hook(record, &vserver->close) < 0)
		return vns_error_memory(err);
	return add_self(record, err);
}

static int run_watcher(int end, struct vns_error *err)
{
	char *const argv[] = { (char *)VNS_SBINDIR "/vns", (char *)"watch",
			       NULL };
	char *const envp[] = { (char *)VNS_SPAWN_PATH, NULL };
	char output[512];
	int rc = vns_spawn_run_with(end, argv, envp, TIMEOUT, output,
				    sizeof(output), err);

	output[strcspn(output, "\n")] = '\0';
	if (rc < 0 && output[0])
		vns_error_set(err, -rc, "%s", output);
	return rc;
}

/* Sends the whole record in one message, before the watcher is started. */
static int send_record(int life, const struct vns_strings *record,
		       struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	int rc;

	text = vns_fields_join(record, &length);
	if (!text)
		return vns_error_memory(err);
	rc = vns_channel_send(life, text, length, NULL, 0, MSG_DONTWAIT);
	return rc < 0 ? vns_error_errno(err, -rc,
					"handing the session's record to the "
					"watcher") :
			0;
}

int vns_watch_start(const struct vns_login *login, int *life,
		    struct vns_error *err)
{
	VNS_AUTOCLOSE int mine = -1;
	VNS_AUTOCLOSE int watchers = -1;
	struct vns_strings record = { 0 };
	int ends[2], rc;

	rc = vns_channel_open(ends, err);
	if (rc < 0)
		return rc;
	watchers = ends[1];
	/*
	 * If the caller has 0, 1 or 2 closed, a descriptor below 3 would be
	 * replaced.
	 */
	mine = fcntl(ends[0], F_DUPFD_CLOEXEC, 3);
	close(ends[0]);
	if (mine < 0)
		return vns_error_errno(err, errno, "socketpair");
	rc = make_record(login, &record, err);
	if (rc == 0)
		rc = send_record(mine, &record, err);
	vns_strings_free(&record);
	if (rc == 0)
		rc = run_watcher(watchers, err);
	if (rc < 0) {
		vns_error_context(err, "watching the session");
		return rc;
	}
	*life = mine;
	mine = -1;
	return 0;
}

static int send_terminal(const struct vns_login *login, int life, int tty,
			 const char *path, struct vns_error *err)
{
	const int fds[VNS_WATCH_FDS] = {
		[VNS_WATCH_TTY] = tty,
		[VNS_WATCH_MNT] = login->place.ns[VNS_NS_MNT],
		[VNS_WATCH_ROOT] = login->place.root,
	};
	char request[1 + VNS_TTY_PATH_MAX];
	int length = snprintf(request, sizeof(request), "%c%s",
			      VNS_WATCH_TERMINAL, path);
	int rc = vns_channel_send(life, request, (size_t)length, fds,
				  VNS_WATCH_FDS, MSG_DONTWAIT);

	return rc < 0 ? vns_error_errno(err, -rc, "asking the watcher") : 0;
}

static int hear_answer(int life, struct vns_error *err)
{
	char text[VNS_ERROR_MAX] = "";

	if (vns_deadline_wait(life, vns_deadline_now() + ANSWER_MS) < 0 ||
	    recv(life, text, sizeof(text) - 1, MSG_DONTWAIT) <= 0)
		return vns_error_set(err, EIO, "the watcher does not answer");
	return strcmp(text, VNS_WATCH_DONE) == 0 ?
		       0 :
		       vns_error_set(err, EIO, "%s", text);
}

int vns_watch_terminal(const struct vns_login *login, int life,
		       struct vns_error *err)
{
	char path[VNS_TTY_PATH_MAX];
	int tty, rc;

	if (!vns_tty_find(&tty, path))
		return 0;
	rc = send_terminal(login, life, tty, path, err);
	if (rc == 0)
		rc = hear_answer(life, err);
	if (rc == 0)
		return 0;
	if (vns_tty_is_reopened()) {
		vns_error_context(err,
				  "the terminal %s, which this login opens "
				  "again by its path, cannot be put at that "
				  "path inside",
				  path);
		return rc;
	}
	vns_log_write(login->log, VNS_LOG_DEBUG,
		      "the terminal %s is not found by its name: %s", path,
		      err->text);
	return 0;
}

void vns_watch_entered(int life)
{
	/* A watcher that was killed cannot be told, which does no harm. */
	(void)vns_channel_send(life, "E", 1, NULL, 0, MSG_DONTWAIT);
}
