/*
 * Checks who serves logins: whether the keeper's socket can only be root's,
 * whether the keeper that runs is of this release, and whether systemd would
 * start it.
 */
#include "doctor/doctor.h"

#include "keeper/listen.h"
#include "lib/paths.h"
#include "system/deadline.h"
#include "system/parcel.h"
#include "system/safefile.h"
#include "system/spawn.h"
#include "wire/answer.h"
#include "wire/ask.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>

#define ID "keeper"
#define SYSTEMCTL "/usr/bin/systemctl"
#define SYSTEMCTL_TIMEOUT 5
#define ENABLE "\"systemctl enable --now vns.socket\""
/* The question is a short one. */
#define ANSWER_MS 10000

/* --- the socket ----------------------------------------------------------- */

/* Returns 0, -ENOENT where there is none, or -EPERM where it is not root's. */
static int check_socket(struct vns_error *err)
{
	VNS_AUTOCLOSE int run = -1;
	struct stat st;
	int rc = vns_safefile_open(VNS_KEEPER_RUN, VNS_SAFEFILE_DIRECTORY, &run,
				   err);

	if (rc < 0)
		return rc;
	if (lstat(VNS_KEEPER_SOCKET, &st) < 0)
		return vns_error_errno(err, errno, VNS_KEEPER_SOCKET);
	if (S_ISSOCK(st.st_mode) && st.st_uid == 0 && !(st.st_mode & 077))
		return 0;
	return vns_error_set(err, EPERM,
			     VNS_KEEPER_SOCKET
			     ": is not a socket that only root can connect to");
}

/* --- the keeper that runs ------------------------------------------------- */

static int connect_keeper(int *connection, struct vns_error *err)
{
	const struct sockaddr_un address = { .sun_family = AF_UNIX,
					     .sun_path = VNS_KEEPER_SOCKET };
	struct ucred peer = { 0 };
	socklen_t size = sizeof(peer);

	*connection = socket(AF_UNIX,
			     SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*connection < 0 ||
	    connect(*connection, (const struct sockaddr *)&address,
		    sizeof(address)) < 0 ||
	    getsockopt(*connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return vns_error_errno(err, errno, VNS_KEEPER_SOCKET);
	return peer.uid == 0 ?
		       0 :
		       vns_error_set(err, EPERM, "uid %lu listens there",
				     (unsigned long)peer.uid);
}

/* Asks what a line with "placed?" asks: nothing is started, and nothing run. */
static int ask_keeper(const struct vns_doctor *doctor, struct vns_error *err)
{
	const struct vns_ask ask = {
		.phase = VNS_ASK_PLACED,
		.config = doctor->config_path,
		.who = { .user = "root", .service = "vns" },
	};
	VNS_AUTOEXTRAS struct vns_channel_extras extras = { 0 };
	VNS_AUTOANSWER struct vns_answer answer = { 0 };
	VNS_AUTOFREE char *question = NULL;
	VNS_AUTOFREE char *text = NULL;
	VNS_AUTOCLOSE int connection = -1;
	size_t length = 0;
	bool delayed;
	int rc = vns_ask_pack(&ask, &question, &length, err);

	if (rc == 0)
		rc = connect_keeper(&connection, err);
	if (rc < 0)
		return rc;
	rc = vns_channel_send(connection, question, length, NULL, 0, 0);
	if (rc == 0)
		rc = vns_parcel_receive(connection, VNS_ANSWER_MAX,
					vns_deadline_now() + ANSWER_MS, &text,
					&length, &extras, &delayed);
	if (rc == -EPIPE || rc == -ECONNRESET)
		return vns_error_set(err, EPIPE,
				     "it does not answer this release's "
				     "questions: the log says why");
	if (rc < 0)
		return vns_error_errno(err, -rc, "its answer");
	return vns_answer_unpack(text, length, &answer, err);
}

/* Whether the process runs another program than the one with this path. */
static bool is_other(const struct vns_process *keeper, const char *program)
{
	struct stat runs, other;

	return fstatat(keeper->proc, "exe", &runs, 0) == 0 &&
	       stat(program, &other) == 0 &&
	       (runs.st_dev != other.st_dev || runs.st_ino != other.st_ino);
}

/*
 * "make install" lets the keeper run on; its sessions outlive its restart. One
 * that may be older is not asked: a question of a newer release, as a module's,
 * would send it away, and a look is to change nothing.
 */
static void check_running(struct vns_doctor *doctor,
			  const struct vns_process *keeper)
{
	struct vns_error err;
	char remedy[128];

	vns_util_format(remedy, sizeof(remedy),
			"\"kill %d\": the keeper that follows takes up its "
			"sessions",
			keeper->pid);
	if (is_other(keeper, VNS_SBINDIR "/vns"))
		vns_doctor_warn(doctor, ID, "", remedy,
				"process %d serves logins by another program "
				"than " VNS_SBINDIR "/vns",
				keeper->pid);
	else if (is_other(keeper, "/proc/self/exe"))
		vns_doctor_warn(doctor, ID, "",
				"\"" VNS_SBINDIR "/vns doctor\" asks it",
				"process %d serves logins by another program "
				"than this one, and was not asked",
				keeper->pid);
	else if (ask_keeper(doctor, &err) < 0)
		vns_doctor_fail(doctor, ID, "", remedy,
				"process %d serves no logins: %s", keeper->pid,
				err.text);
	else
		vns_doctor_pass(doctor, ID, "", "process %d serves logins",
				keeper->pid);
}

/* --- systemd -------------------------------------------------------------- */

static bool systemctl(const char *verb)
{
	char *const argv[] = { (char *)SYSTEMCTL, (char *)verb,
			       (char *)"vns.socket", NULL };
	char *const envp[] = { (char *)VNS_SPAWN_PATH, NULL };
	struct vns_error ignored;
	char output[64];

	return vns_spawn_run(argv, envp, SYSTEMCTL_TIMEOUT, output,
			     sizeof(output), &ignored) == 0;
}

/* The unit that has hidden the keeper's since it was copied there. */
static bool is_hidden(void)
{
	VNS_AUTOFREE char *text = NULL;
	struct vns_error ignored;
	size_t length;

	return vns_safefile_read("/etc/systemd/system/vns.service", 65536,
				 &text, &length, &ignored) == 0 &&
	       !strstr(text, "vns keeper");
}

static void check_units(struct vns_doctor *doctor)
{
	if (is_hidden())
		vns_doctor_fail(doctor, ID, "vns.service",
				"see INSTALL, \"Upgrading\"",
				"/etc/systemd/system/vns.service is not the "
				"keeper's, but hides that one");
	else if (!systemctl("is-enabled"))
		vns_doctor_warn(doctor, ID, "vns.socket", ENABLE,
				"not enabled: logins start the keeper, and "
				"nothing does when it was killed");
	else if (!systemctl("is-active"))
		vns_doctor_warn(doctor, ID, "vns.socket", ENABLE,
				"not active: \"systemctl status vns.socket\" "
				"says why");
	else
		vns_doctor_pass(doctor, ID, "vns.socket", "active");
}

void vns_doctor_keeper(struct vns_doctor *doctor)
{
	VNS_AUTOPROCESS struct vns_process keeper = VNS_PROCESS_NONE;
	struct vns_error err, none;
	int rc = check_socket(&err);

	if (rc < 0 && rc != -ENOENT)
		vns_doctor_fail(doctor, ID, VNS_KEEPER_SOCKET,
				"remove it, and find out who has made it", "%s",
				err.text);
	else if (vns_listen_keeper(&keeper, &none) == 0)
		check_running(doctor, &keeper);
	else
		vns_doctor_pass(doctor, ID, "",
				"does not run: the next login starts it");
	if (vns_doctor_exists("/run/systemd/system"))
		check_units(doctor);
}
