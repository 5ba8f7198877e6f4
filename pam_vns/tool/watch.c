/*
 * vns watch: the module starts it for each session (watch.h). It records the
 * session, stays on the host until the session has ended, and then does what is
 * to be done.
 */
#include "config/definition.h"
#include "native/idle.h"
#include "system/channel.h"
#include "tool/cli.h"
#include "tool/watch_tty.h"
#include "vserver/hook.h"
#include "config/load.h"
#include "system/safefile.h"
#include "vserver/sessions.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <syslog.h>

/* The close hooks of all sessions, of the rule, and of the vserver. */
#define HOOKS 3

/*
 * The module sends the record on this socket, and closes it at the session's
 * end.
 */
#define SOCKET STDIN_FILENO
/*
 * How long to wait for a process. If there are no pidfds, its end is not
 * noticed at once.
 */
#define LOOK_MS 60000
/* For something that follows at once, but is done by another process. */
#define SOON_MS 100
/* After an error that may pass. */
#define AGAIN_MS 5000

static void write_log(void *context, enum vns_log_level level, const char *text)
{
	(void)context;
	syslog(LOG_AUTHPRIV | (int)level, "%s", text);
}

static const struct vns_log host_log = { .write = write_log };

static int receive(struct vns_strings *record, struct vns_error *err)
{
	ssize_t size = recv(SOCKET, NULL, 0, MSG_PEEK | MSG_TRUNC);
	VNS_AUTOFREE char *text = size > 0 ? malloc((size_t)size) : NULL;

	if (!text)
		return vns_error_set(err, EINVAL,
				     "there is no session to watch: this is "
				     "started by pam_vns(8)");
	size = recv(SOCKET, text, (size_t)size, 0);
	if (size <= 0 || vns_fields_split(text, (size_t)size, record) < 0)
		return vns_error_set(err, EINVAL,
				     "what was received is not the record of "
				     "a session");
	return 0;
}

/* Returns whether the session had begun before it ended. */
static bool wait_for_end(int lock, struct vns_bindtty *terminal)
{
	bool entered = false;
	ssize_t size;
	char word;

	for (;;) {
		size = entered ? recv(SOCKET, &word, 1, 0) :
				 vns_cli_terminal_receive(SOCKET, lock,
							  terminal, &word);
		if (size == 1 && word == 'E')
			entered = true;
		else if (size == 0 || (size < 0 && errno != EINTR))
			return entered;
	}
}

static void run_hook(const struct vns_strings *record,
		     const struct vns_hook *hook)
{
	struct vns_hook_facts facts = {
		.hook = "close",
		.who = vns_record_who(record),
		.type = "close_session",
		.vserver = vns_fields_get(record, "vserver"),
		.instance = vns_fields_get(record, "instance"),
		.root = vns_fields_get(record, "root"),
	};
	struct vns_spawn_said said;
	struct vns_error err;

	vns_fields_number(record, "context", &facts.context);
	if (vns_hook_run(hook, &facts, &said, &err) == 0)
		return;
	vns_hook_explain(&said, &err);
	vns_log_write(&host_log, VNS_LOG_WARNING, "%s (user=%s vserver=%s)",
		      err.text, facts.who.user, facts.vserver);
}

/*
 * Runs the vserver's hook first and that of all sessions last, in the reverse
 * order of the open hooks.
 */
static void run_hooks(const struct vns_strings *record)
{
	struct vns_hook hooks[HOOKS] = { 0 };
	size_t at = 0, count = 0;

	while (count < HOOKS &&
	       vns_record_next_hook(record, &at, &hooks[count]) > 0)
		count++;
	while (count > 0) {
		run_hook(record, &hooks[--count]);
		vns_strings_free(&hooks[count].command);
	}
}

static void log_end(const struct vns_strings *record)
{
	vns_log_write(&host_log, VNS_LOG_INFO,
		      "closed user=%s service=%s tty=%s rhost=%s rule=\"%s\" "
		      "vserver=%s pid=%s",
		      vns_fields_get(record, "user"),
		      vns_fields_get(record, "service"),
		      vns_fields_get(record, "tty"),
		      vns_fields_get(record, "rhost"),
		      vns_fields_get(record, "rule"),
		      vns_fields_get(record, "vserver"),
		      vns_fields_get(record, "pid"));
}

/* Waits until the process ends, but with a limit: pidfds may be used up. */
static void wait_for_process(int pid)
{
	VNS_AUTOCLOSE int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd fds = { .fd = pidfd, .events = POLLIN };

	poll(&fds, 1,
	     pidfd < 0 && errno != ESRCH ? AGAIN_MS :
	     pidfd < 0			 ? 0 :
					   LOOK_MS);
}

/* Loads the vserver's definition as it is now. */
static int load(const struct vns_strings *record, struct vns_config **config,
		struct vns_vserver **vserver, struct vns_error *err)
{
	int rc = vns_load_config(vns_fields_get(record, "config"), config, err);

	return rc < 0 ? rc :
			vns_load_vserver(*config,
					 vns_fields_get(record, "vserver"),
					 vserver, err);
}

static void stop_idle(const struct vns_strings *record)
{
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_idle idle = VNS_IDLE;
	struct vns_error err;
	int rc = load(record, &config, &vserver, &err);

	if (rc == 0 &&
	    (vserver->stop != VNS_STOP_LAST_LOGOUT || !vserver->root))
		return;
	while (rc == 0) {
		rc = vns_idle_stop(config, vserver, &host_log, &idle, &err);
		if (rc == -EBUSY) {
			poll(NULL, 0, AGAIN_MS);
			rc = 0;
			continue;
		}
		if (rc < 0 || idle.process == 0)
			break;
		wait_for_process(idle.process);
	}
	if (rc < 0)
		vns_log_write(&host_log, VNS_LOG_WARNING,
			      "stopping vserver %s after the last logout: %s",
			      vns_fields_get(record, "vserver"), err.text);
	else if (idle.stopped)
		vns_log_write(&host_log, VNS_LOG_INFO,
			      "stopped vserver=%s after the last logout",
			      vserver->name);
}

/*
 * Reads the record again: while nothing is to be done, it is only kept in the
 * file.
 */
static int reread(const struct vns_sessions_file *file,
		  struct vns_strings *record, struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	int rc;

	if (lseek(file->fd, 0, SEEK_SET) < 0)
		return vns_error_errno(err, errno, "%s", file->name);
	rc = vns_safefile_slurp(file->fd, file->name, 1UL << 20, &text, &length,
				err);
	if (rc < 0)
		return rc;
	if (vns_fields_split(text, length, record) < 0)
		return vns_error_set(err, EINVAL, "%s", file->name);
	return 0;
}

/*
 * Removes the terminal. If another session is still on it, returns a process of
 * that session, else 0.
 */
static unsigned long release(const struct vns_strings *record, int lock,
			     struct vns_bindtty *terminal)
{
	unsigned long process;
	struct vns_error err;

	if (vns_cli_terminal_release(record, lock, terminal, &process, &err) <
	    0)
		vns_log_write(&host_log, VNS_LOG_WARNING, "%s", err.text);
	return process;
}

static void release_last(const struct vns_strings *record, int lock,
			 struct vns_bindtty *terminal)
{
	unsigned long process;

	while ((process = release(record, lock, terminal)) > 0) {
		wait_for_process((int)process);
		/* Give that session's watcher time to notice, too. */
		poll(NULL, 0, SOON_MS);
	}
}

static void do_rest(struct vns_sessions_file *file,
		    struct vns_bindtty *terminal, bool entered)
{
	VNS_AUTOCLOSE int lock = fcntl(file->directory, F_DUPFD_CLOEXEC, 3);
	struct vns_strings record = { 0 };
	struct vns_error err;

	vns_sessions_retire(file);
	if (reread(file, &record, &err) < 0) {
		vns_log_write(&host_log, VNS_LOG_WARNING,
			      "a session's record: %s", err.text);
		vns_sessions_remove(file);
		return;
	}
	(void)release(&record, lock, terminal);
	if (entered) {
		log_end(&record);
		run_hooks(&record);
	}
	vns_sessions_remove(file);
	release_last(&record, lock, terminal);
	if (strcmp(vns_fields_get(&record, "stop"), "last-logout") == 0) {
		/* Whoever ends what is left inside may end this, too. */
		(void)signal(SIGTERM, SIG_DFL);
		(void)signal(SIGHUP, SIG_DFL);
		stop_idle(&record);
	}
	vns_strings_free(&record);
}

/*
 * Runs in the background, independent of the process that started it: whatever
 * happens to that one, the record that is made here is removed here.
 */
static _Noreturn void watch(struct vns_strings *record, int channel)
{
	struct vns_sessions_file file = VNS_SESSIONS_NONE;
	struct vns_bindtty terminal = VNS_BINDTTY_NONE;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct vns_error err;
	int rc;

	/*
	 * A service manager may end all processes of a session. It then means
	 * those of the session; the watcher ends after them.
	 */
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	setsid();
	rc = null < 0 ? vns_error_set(&err, EIO, "/dev/null cannot be opened") :
			vns_sessions_write(record, &file, &err);
	if (rc < 0) {
		vns_channel_answer(channel, rc, NULL, 0, &err);
		_exit(VNS_EXIT_FAILURE);
	}
	vns_strings_free(record);
	(void)vns_safefile_put(null, STDOUT_FILENO);
	(void)vns_safefile_put(null, STDERR_FILENO);
	vns_safefile_close(&null);
	vns_channel_answer(channel, 0, NULL, 0, &err);
	vns_safefile_close(&channel);
	openlog("vns", LOG_PID, LOG_AUTHPRIV);
	do_rest(&file, &terminal, wait_for_end(file.directory, &terminal));
	_exit(VNS_EXIT_OK);
}

/* Starts the watcher, and waits until the session is recorded. */
static int start(struct vns_strings *record, struct vns_error *err)
{
	VNS_AUTOCLOSE int channel = -1;
	pid_t pid = vns_channel_fork(&channel, err);

	if (pid == 0)
		watch(record, channel);
	return pid < 0 ? pid :
			 vns_channel_hear(channel, "the watcher", NULL, 0, err);
}

int vns_cli_watch(void)
{
	struct vns_strings record = { 0 };
	struct vns_error err;
	int rc = receive(&record, &err);

	if (rc == 0)
		rc = start(&record, &err);
	vns_strings_free(&record);
	if (rc == 0)
		return VNS_EXIT_OK;
	vns_cli_complain("%s", err.text);
	return VNS_EXIT_FAILURE;
}
