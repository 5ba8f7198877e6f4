#include "watch.h"

#include "process.h"
#include "record.h"
#include "safefile.h"
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* To write a file takes no time; this is for a host in trouble. */
#define TIMEOUT 30

/* 0 or -ENOMEM. */
static int add_number(struct vns_strings *record, const char *key,
		      unsigned long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", number);
	return vns_record_add(record, key, text);
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
	    vns_record_add(record, "boot", boot) < 0 ||
	    add_number(record, "since", (unsigned long long)time(NULL)) < 0)
		return vns_error_memory(err);
	return 0;
}

static int add_vserver(struct vns_strings *record,
		       const struct vns_vserver *vserver)
{
	if (vns_record_add(record, "vserver", vserver->name) < 0 ||
	    vns_record_add(record, "instance", vserver->instance) < 0 ||
	    vns_record_add(record, "root", vserver->root) < 0)
		return -ENOMEM;
	return vserver->context ?
		       add_number(record, "context", vserver->context) :
		       0;
}

static int make_record(const struct vns_login *login,
		       struct vns_strings *record, struct vns_error *err)
{
	const struct vns_vserver *vserver = login->vserver;
	const bool stops = vserver->stop == VNS_STOP_LAST_LOGOUT;

	if (vns_record_add(record, "user", login->account.pw.pw_name) < 0 ||
	    vns_record_add(record, "ruser", login->ruser) < 0 ||
	    vns_record_add(record, "rhost", login->rhost) < 0 ||
	    vns_record_add(record, "tty", login->tty) < 0 ||
	    vns_record_add(record, "service", login->service) < 0 ||
	    vns_record_add(record, "rule", login->decision.rule) < 0 ||
	    add_vserver(record, vserver) < 0 ||
	    vns_record_add(record, "config", login->config_path) < 0 ||
	    vns_record_add(record, "run_dir", login->config->run_dir) < 0 ||
	    vns_record_add(record, "stop", stops ? "last-logout" : NULL) < 0 ||
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

/* The record goes ahead of the watcher, in one piece. */
static int send_record(int life, const struct vns_strings *record,
		       struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	size_t length;

	text = vns_record_join(record, &length);
	if (!text)
		return vns_error_memory(err);
	if (send(life, text, length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return vns_error_errno(err, errno,
				       "handing over what is to be recorded");
	return 0;
}

int vns_watch_start(const struct vns_login *login, int *life,
		    struct vns_error *err)
{
	VNS_AUTOCLOSE int mine = -1;
	VNS_AUTOCLOSE int watchers = -1;
	struct vns_strings record = { 0 };
	int ends[2], rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return vns_error_errno(err, errno, "socketpair");
	watchers = ends[1];
	/* In a caller with 0, 1 or 2 closed it would not stay. */
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

void vns_watch_entered(int life)
{
	/* One that was killed is told nothing, and misses nothing. */
	(void)!send(life, "E", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}
