/*
 * Checks the side doors: what acts on the host for a user who is placed. Only
 * the administrator can shut them.
 */
#include "doctor/doctor.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct doors {
	struct vns_doctor *doctor;
	const struct vns_login *login;
	const char *user;
	const struct passwd *pw;
};

/* --- services in pam.d ---------------------------------------------------- */

/* Services that run on the host what users other than root told them to. */
static const struct {
	const char *service;
	const char *id;
	const char *what;
} runners[] = {
	{ "cron", "door-cron", "placed users' cron jobs run on the host" },
	{ "crond", "door-cron", "placed users' cron jobs run on the host" },
	{ "atd", "door-at", "placed users' at jobs run on the host" },
	{ "sudo", "door-sudo",
	  "\"sudo -u USER\" runs commands of placed users on the host" },
	{ "sudo-i", "door-sudo",
	  "\"sudo -i -u USER\" runs shells of placed users on the host" },
	{ "doas", "door-sudo",
	  "\"doas -u USER\" runs commands of placed users on the host" },
};

static void check_runners(struct vns_doctor *doctor)
{
	char path[64], remedy[64];
	size_t i;

	for (i = 0; i < VNS_COUNT(runners); i++) {
		const char *service = runners[i].service;

		if (!vns_util_format(path, sizeof(path), "/etc/pam.d/%s",
				     service) ||
		    !vns_doctor_exists(path))
			continue;
		vns_util_format(remedy, sizeof(remedy), "\"vns enable %s\"",
				service);
		if (vns_doctor_unwired(service))
			vns_doctor_warn(doctor, runners[i].id, service, remedy,
					"does not ask pam_vns.so: %s",
					runners[i].what);
		else
			vns_doctor_pass(doctor, runners[i].id, service,
					"asks pam_vns.so");
	}
}

/* --- cron and at ---------------------------------------------------------- */

/* Whether a directory of at(1) has a job of this uid. */
static bool has_job(const char *path, uid_t uid)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	struct stat st;
	bool found = false;

	while (directory && !found && (entry = readdir(directory)))
		found = entry->d_name[0] != '.' &&
			fstatat(dirfd(directory), entry->d_name, &st,
				AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode) && st.st_uid == uid;
	if (directory)
		closedir(directory);
	return found;
}

static void check_cron(const struct doors *doors)
{
	static const char *const spools[] = { "/var/spool/cron/crontabs",
					      "/var/spool/cron" };
	char path[PATH_MAX], remedy[256];
	size_t i;

	if (!vns_doctor_unwired("cron") && !vns_doctor_unwired("crond"))
		return;
	for (i = 0; i < VNS_COUNT(spools); i++) {
		if (!vns_util_format(path, sizeof(path), "%s/%s", spools[i],
				     doors->user) ||
		    !vns_doctor_exists(path))
			continue;
		vns_util_format(remedy, sizeof(remedy),
				"\"vns enable cron\", or \"crontab -r -u %s\"",
				doors->user);
		vns_doctor_fail(doors->doctor, "door-cron", doors->user, remedy,
				"has a crontab, and its jobs run on the host");
	}
}

static void check_at(const struct doors *doors)
{
	static const char *const spools[] = { "/var/spool/cron/atjobs",
					      "/var/spool/at" };
	size_t i;

	for (i = 0; i < VNS_COUNT(spools) && vns_doctor_unwired("atd"); i++)
		if (has_job(spools[i], doors->pw->pw_uid))
			vns_doctor_fail(doors->doctor, "door-at", doors->user,
					"\"vns enable atd\", or remove them "
					"(\"atq\", \"atrm\")",
					"has at jobs, which run on the host");
}

/* --- processes on the host ------------------------------------------------ */

/*
 * Whether a process of this uid is in the host's mount namespace. As our own
 * process lives, the number of its namespace is not reused. In /proc, a process
 * that hides (one that is not dumpable) belongs to root.
 */
static bool is_on_host(int proc, const char *pid, uid_t uid,
		       const struct stat *ours)
{
	char path[64];
	struct stat st;

	return isdigit((unsigned char)pid[0]) &&
	       fstatat(proc, pid, &st, 0) == 0 && st.st_uid == uid &&
	       vns_util_format(path, sizeof(path), "%s/ns/mnt", pid) &&
	       fstatat(proc, path, &st, 0) == 0 && st.st_ino == ours->st_ino &&
	       st.st_dev == ours->st_dev;
}

static void check_processes(const struct doors *doors)
{
	const vns_nsset namespaces =
		doors->login->vserver ? doors->login->vserver->namespaces : 0;
	const bool hidden = namespaces & VNS_NSSET(VNS_NS_PID);
	DIR *proc = opendir("/proc");
	char first[16] = "", remedy[64];
	const struct dirent *entry;
	unsigned count = 0;
	struct stat ours;

	if (!proc)
		return;
	while (stat("/proc/self/ns/mnt", &ours) == 0 &&
	       (entry = readdir(proc))) {
		if (!is_on_host(dirfd(proc), entry->d_name, doors->pw->pw_uid,
				&ours))
			continue;
		if (count++ == 0)
			vns_util_format(first, sizeof(first), "%s",
					entry->d_name);
	}
	closedir(proc);
	if (count == 0) {
		vns_doctor_pass(doors->doctor, "door-processes", doors->user,
				"has no process on the host");
		return;
	}
	vns_util_format(remedy, sizeof(remedy), "end them (\"ps -fu %u\")",
			(unsigned)doors->pw->pw_uid);
	vns_report_add(doors->doctor->report,
		       hidden ? VNS_REPORT_WARN : VNS_REPORT_FAIL,
		       "door-processes", doors->user, remedy,
		       "has %u process%s on the host (%s%s)%s", count,
		       count > 1 ? "es" : "", first, count > 1 ? ", ..." : "",
		       hidden ? "" :
				", and without a PID namespace "
				"/proc/PID/root leads there");
}

/* --- the network ---------------------------------------------------------- */

/* These are __SO_ACCEPTCON and TCP_LISTEN as the kernel prints them. */
#define SOCKET_LISTENS "00010000"
#define TCP_LISTENS "0A"

/* Counts listening sockets with abstract names, and puts one into first. */
static unsigned count_abstract(char *first, size_t size)
{
	FILE *stream = fopen("/proc/net/unix", "re");
	char line[512], flags[16], name[128];
	unsigned count = 0;

	while (stream && fgets(line, sizeof(line), stream)) {
		if (sscanf(line, "%*s %*s %*s %15s %*s %*s %*s %127[^\n]",
			   flags, name) != 2 ||
		    strcmp(flags, SOCKET_LISTENS) != 0 || name[0] != '@')
			continue;
		if (count++ == 0)
			vns_util_format(first, size, " (%s)", name);
	}
	if (stream)
		(void)!fclose(stream);
	return count;
}

static unsigned count_ports(const char *path, const char *loopback)
{
	FILE *stream = fopen(path, "re");
	char line[512], address[64], state[16];
	unsigned count = 0;

	while (stream && fgets(line, sizeof(line), stream))
		if (sscanf(line, "%*s %63[^:]:%*s %*s %15s", address, state) ==
			    2 &&
		    strcmp(state, TCP_LISTENS) == 0 &&
		    strcmp(address, loopback) == 0)
			count++;
	if (stream)
		(void)!fclose(stream);
	return count;
}

static void check_network(const struct doors *doors)
{
	const struct vns_vserver *vserver = doors->login->vserver;
	char first[160] = "";
	unsigned ports, names;

	if (!vserver)
		return;
	if (vserver->namespaces & VNS_NSSET(VNS_NS_NET)) {
		vns_doctor_pass(doors->doctor, "door-network", doors->user,
				"vserver \"%s\" has a network of its own",
				vserver->name);
		return;
	}
	/* 127.0.0.1 and ::1 as the kernel prints them, in both byte orders. */
	ports = count_ports("/proc/net/tcp", "0100007F") +
		count_ports("/proc/net/tcp", "7F000001") +
		count_ports("/proc/net/tcp6",
			    "00000000000000000000000001000000") +
		count_ports("/proc/net/tcp6",
			    "00000000000000000000000000000001");
	names = count_abstract(first, sizeof(first));
	if (ports + names == 0)
		vns_doctor_pass(doors->doctor, "door-network", doors->user,
				"vserver \"%s\" shares the host's loopback, "
				"and nobody listens there",
				vserver->name);
	else
		vns_doctor_warn(doors->doctor, "door-network", doors->user,
				"\"net\" in namespaces, or make sure that "
				"what listens there authenticates its clients",
				"vserver \"%s\" shares the host's network: "
				"%u ports of loopback, %u abstract sockets%s",
				vserver->name, ports, names, first);
}

/* --- all side doors ------------------------------------------------------- */

void vns_doctor_doors(struct vns_doctor *doctor, const struct vns_login *login)
{
	struct doors doors = { .doctor = doctor, .login = login };

	if (!login) {
		check_runners(doctor);
		vns_doctor_runners(doctor);
		vns_doctor_ftp(doctor);
		return;
	}
	/* What root can do on the host is no side door. */
	if (login->account.pw.pw_uid == 0)
		return;
	doors.user = login->who.user;
	doors.pw = &login->account.pw;
	vns_doctor_systemd(doctor, login, vns_doctor_home(doctor, login));
	check_cron(&doors);
	check_at(&doors);
	check_processes(&doors);
	check_network(&doors);
}
