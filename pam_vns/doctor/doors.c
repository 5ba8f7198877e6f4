/*
 * The side doors: what acts on the host for a user who is placed. Nobody but
 * the administrator can shut them.
 */
#include "doctor/doctor.h"

#include "login/preflight.h"
#include "system/inroot.h"
#include "system/safefile.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODULE "pam_vns.so"
#define CONFIG_MAX (1024UL * 1024)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A user's home on the host: whether the vserver's is the same directory. */
enum home {
	HOME_APART,
	HOME_SHARED,
	HOME_PERHAPS, /* it has binds, and cannot be looked into */
};

struct doors {
	struct vns_doctor *doctor;
	const struct vns_login *login;
	const char *user;
	const struct passwd *pw;
	enum home home;
};

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static const char *first_existing(const char *const paths[], size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (exists(paths[i]))
			return paths[i];
	return NULL;
}

/* --- pam.d ---------------------------------------------------------------- */

static bool places(const struct vns_pamstack *stack)
{
	size_t i;

	for (i = 0; i < stack->count; i++)
		if (vns_pamstack_places(stack->rules[i].line, MODULE))
			return true;
	return false;
}

/* Of a service that is not there, or whose file is broken: false. */
static bool is_unwired(const char *service)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_error err;

	return vns_doctor_stack(service, VNS_PAMSTACK_SESSION, &stack, &err) ==
		       0 &&
	       !places(stack);
}

/* Services that run on the host what somebody else than root has told them. */
static const struct {
	const char *service;
	const char *id;
	const char *what;
} runners[] = {
	{ "cron", "door-cron", "placed users' cron jobs run on the host" },
	{ "crond", "door-cron", "placed users' cron jobs run on the host" },
	{ "atd", "door-at", "placed users' at jobs run on the host" },
	{ "sudo", "door-sudo", "\"sudo -u\" a placed user is on the host" },
	{ "sudo-i", "door-sudo",
	  "\"sudo -i -u\" a placed user is on the host" },
	{ "doas", "door-sudo", "\"doas -u\" a placed user is on the host" },
};

static void check_runners(struct vns_doctor *doctor)
{
	char path[64], remedy[64];
	size_t i;

	for (i = 0; i < COUNT(runners); i++) {
		const char *service = runners[i].service;

		if (!vns_util_format(path, sizeof(path), "/etc/pam.d/%s",
				     service) ||
		    !exists(path))
			continue;
		vns_util_format(remedy, sizeof(remedy), "\"vns enable %s\"",
				service);
		if (is_unwired(service))
			vns_doctor_warn(doctor, runners[i].id, service, remedy,
					"does not ask pam_vns.so: %s",
					runners[i].what);
		else
			vns_doctor_pass(doctor, runners[i].id, service,
					"asks pam_vns.so");
	}
}

/* It opens sessions only if it is told to, and stays on the host otherwise. */
static void check_vsftpd(struct vns_doctor *doctor)
{
	static const char *const paths[] = { "/etc/vsftpd.conf",
					     "/etc/vsftpd/vsftpd.conf" };
	const char *path = first_existing(paths, COUNT(paths));
	FILE *file = path ? fopen(path, "re") : NULL;
	char line[512];
	bool sessions = false;

	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (strncasecmp(line, "session_support=", 16) == 0)
			sessions = strncasecmp(line + 16, "yes", 3) == 0;
	(void)!fclose(file);
	if (is_unwired("vsftpd"))
		vns_doctor_warn(doctor, "door-ftp", "vsftpd",
				"\"vns enable vsftpd\"",
				"does not ask pam_vns.so: its users are on the "
				"host");
	else if (!sessions)
		vns_doctor_fail(doctor, "door-ftp", "vsftpd",
				"\"session_support=YES\" in its configuration",
				"opens no sessions: its users are on the host");
	else
		vns_doctor_pass(doctor, "door-ftp", "vsftpd",
				"asks pam_vns.so, and opens sessions");
}

/* --- cron and at ---------------------------------------------------------- */

/* The first job of the uid's in a directory of at's. */
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

	if (!is_unwired("cron") && !is_unwired("crond"))
		return;
	for (i = 0; i < COUNT(spools); i++) {
		if (!vns_util_format(path, sizeof(path), "%s/%s", spools[i],
				     doors->user) ||
		    !exists(path))
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

	for (i = 0; i < COUNT(spools) && is_unwired("atd"); i++)
		if (has_job(spools[i], doors->pw->pw_uid))
			vns_doctor_fail(doors->doctor, "door-at", doors->user,
					"\"vns enable atd\", or remove them "
					"(\"atq\", \"atrm\")",
					"has at jobs, which run on the host");
}

/* --- the shared home ------------------------------------------------------ */

static bool covers(const char *target, const char *path)
{
	const size_t length = strlen(target);

	return strcmp(target, "/") == 0 ||
	       (strncmp(path, target, length) == 0 &&
		(path[length] == '/' || path[length] == '\0'));
}

/* By the definition, where it cannot be seen. */
static enum home guess_home(const struct vns_vserver *vserver, const char *path)
{
	size_t i;

	if (!vserver || vserver->fstab || vserver->source)
		return HOME_PERHAPS;
	for (i = 0; i < vserver->mount_count; i++)
		if (covers(vserver->mounts[i].target, path) &&
		    strstr(vserver->mounts[i].type, "bind"))
			return HOME_PERHAPS;
	return HOME_APART;
}

static enum home find_home(const struct vns_login *login)
{
	const char *path = login->account.pw.pw_dir;
	struct vns_preflight_view view;
	struct vns_error ignored;
	struct stat host, inside;

	if (stat(path, &host) < 0)
		return HOME_APART;
	/* A look that has a time limit; what has answered it does so again. */
	if (login->place.root < 0 ||
	    vns_preflight_look(&login->place, &login->account, NULL, &view,
			       &ignored) < 0)
		return guess_home(login->vserver, path);
	vns_safefile_close(&view.directory);
	if (!view.found.home)
		return HOME_APART;

	VNS_AUTOCLOSE int home = vns_inroot_open(login->place.root, path,
						 O_PATH | O_DIRECTORY,
						 VNS_INROOT_CHROOT);

	return home >= 0 && fstat(home, &inside) == 0 &&
			       inside.st_dev == host.st_dev &&
			       inside.st_ino == host.st_ino ?
		       HOME_SHARED :
		       HOME_APART;
}

/* Whether a configuration, if it is there, has the word in no comment. */
static bool mentions(const char *path, const char *word)
{
	VNS_AUTOFREE char *text = NULL;
	struct vns_error err;
	size_t length;
	const char *line;

	if (vns_safefile_read(path, CONFIG_MAX, &text, &length, &err) < 0)
		return false;
	for (line = text; *line; line += strcspn(line, "\n")) {
		char copy[1024];

		line += strspn(line, " \t\n");
		if (*line == '#')
			continue;
		/* A longer line is cut off: what it hides is not found. */
		snprintf(copy, sizeof(copy), "%.*s", (int)strcspn(line, "\n"),
			 line);
		if (strstr(copy, word))
			return true;
	}
	return false;
}

static const char *const exims[] = { "/usr/sbin/exim4", "/usr/sbin/exim" };
static const char *const exim_files[] = { "/etc/exim4/exim4.conf",
					  "/var/lib/exim4/config.autogenerated",
					  "/etc/exim/exim.conf" };
static const char *const postfixes[] = { "/usr/lib/postfix/sbin/local",
					 "/usr/libexec/postfix/local" };
static const char *const deliverers[] = { "/usr/bin/procmail",
					  "/usr/bin/maildrop" };

/* A program that does, on the host, what a file in the home says. */
static const char *find_mailer(void)
{
	const char *exim = first_existing(exims, COUNT(exims));
	const char *file = first_existing(exim_files, COUNT(exim_files));
	const char *postfix = first_existing(postfixes, COUNT(postfixes));

	if (exim && (!file || mentions(file, "/.forward")))
		return exim;
	/* Its own default has it: what shuts it is the empty setting. */
	if (postfix && (!mentions("/etc/postfix/main.cf", "forward_path") ||
			mentions("/etc/postfix/main.cf", ".forward")))
		return postfix;
	return first_existing(deliverers, COUNT(deliverers));
}

static void check_forward(const struct doors *doors)
{
	const char *mailer = find_mailer();

	if (!mailer)
		vns_doctor_pass(doors->doctor, "door-forward", doors->user,
				"no mail server runs what ~/.forward says");
	else
		vns_doctor_fail(doors->doctor, "door-forward", doors->user,
				"forbid .forward and .procmailrc in the mail "
				"server, or do not share the home",
				"%s runs on the host what ~/.forward in the "
				"shared home says",
				mailer);
}

static void check_suexec(const struct doors *doors)
{
	static const char *const programs[] = {
		"/usr/lib/apache2/suexec", "/usr/lib/apache2/suexec-pristine",
		"/usr/lib/apache2/suexec-custom", "/usr/sbin/suexec"
	};
	const char *program = first_existing(programs, COUNT(programs));

	if (!program)
		vns_doctor_pass(doors->doctor, "door-suexec", doors->user,
				"no suexec");
	else
		vns_doctor_fail(doors->doctor, "door-suexec", doors->user,
				"\"Options -ExecCGI\" for homes (\"UserDir "
				"disabled\"), or do not share the home",
				"%s runs CGI programs of the shared home on "
				"the host",
				program);
}

/* Whether a stack reads ~/.pam_environment; *run: and runs programs, too. */
static bool reads_environment(const char *service, enum vns_pamstack_type type,
			      bool *run)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_error err;
	bool found = false;
	size_t i;

	if (vns_doctor_stack(service, type, &stack, &err) < 0)
		return false;
	for (i = 0; i < stack->count; i++) {
		const struct vns_pamstack_line *line = stack->rules[i].line;

		if (vns_pamstack_is(line, "pam_env.so") &&
		    vns_pamstack_has(line, "user_readenv=1"))
			found = true;
		*run |= vns_pamstack_is(line, "pam_exec.so");
	}
	return found;
}

static void check_environment(const struct doors *doors)
{
	const struct vns_strings *services = &doors->doctor->services;
	const char *reader = NULL, *runner = NULL;
	char remedy[128];
	size_t i;

	for (i = 0; i < services->count; i++) {
		const char *service = services->items[i];
		bool run = false, found;

		found = reads_environment(service, VNS_PAMSTACK_SESSION, &run);
		found |= reads_environment(service, VNS_PAMSTACK_AUTH, &run);
		if (found)
			reader = service;
		if (found && run)
			runner = service;
	}
	if (!reader) {
		vns_doctor_pass(doors->doctor, "door-environment", doors->user,
				"~/.pam_environment is not read");
		return;
	}
	if (runner)
		reader = runner;
	vns_util_format(remedy, sizeof(remedy),
			"take user_readenv=1 from pam_env.so of %s", reader);
	vns_report_add(doors->doctor->report,
		       runner ? VNS_REPORT_FAIL : VNS_REPORT_WARN,
		       "door-environment", doors->user, remedy,
		       "~/.pam_environment in the shared home sets variables "
		       "on the host, by %s%s",
		       reader,
		       runner ? ", where pam_exec.so runs a program of root's "
				"with them" :
				"");
}

static void check_keys(const struct doors *doors)
{
	if (!doors->doctor->sshd.known)
		return;
	if (!doors->doctor->sshd.keys_at_home)
		vns_doctor_pass(doors->doctor, "door-keys", doors->user,
				"keys are not looked for in the home");
	else
		vns_doctor_warn(doors->doctor, "door-keys", doors->user,
				"\"AuthorizedKeysFile "
				"/etc/ssh/authorized_keys/%u\"",
				"who is in the vserver decides with "
				"~/.ssh/authorized_keys who may log in");
}

static void check_home(const struct doors *doors)
{
	if (doors->home == HOME_APART) {
		vns_doctor_pass(doors->doctor, "door-home", doors->user,
				"the vserver's home is not the host's");
		return;
	}
	vns_doctor_pass(doors->doctor, "door-home", doors->user,
			doors->home == HOME_SHARED ?
				"the vserver's home is the host's, so its "
				"files count there, too" :
				"the vserver's home may be the host's, and is "
				"taken for that");
	check_forward(doors);
	check_suexec(doors);
	check_environment(doors);
	check_keys(doors);
}

/* --- processes ------------------------------------------------------------ */

/*
 * Ours lives, and so its number is no other's. A process that hides (one that
 * is not dumpable) belongs to root there.
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
				", and no PID namespace: /proc/PID/root leads "
				"there");
}

/* --- the network ---------------------------------------------------------- */

/* As the kernel writes __SO_ACCEPTCON and TCP_LISTEN. */
#define SOCKET_LISTENS "00010000"
#define TCP_LISTENS "0A"

/* Listening sockets whose name is no path; first gets one. */
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
	/* As the kernel writes 127.0.0.1 and ::1, on both kinds of machine. */
	ports = count_ports("/proc/net/tcp", "0100007F") +
		count_ports("/proc/net/tcp", "7F000001") +
		count_ports("/proc/net/tcp6",
			    "00000000000000000000000001000000") +
		count_ports("/proc/net/tcp6",
			    "00000000000000000000000000000001");
	names = count_abstract(first, sizeof(first));
	if (ports + names == 0)
		vns_doctor_pass(doors->doctor, "door-network", doors->user,
				"the host's loopback is that of vserver "
				"\"%s\", and nobody listens there",
				vserver->name);
	else
		vns_doctor_warn(doors->doctor, "door-network", doors->user,
				"\"net\" in namespaces; or see that they ask "
				"for more than being asked",
				"vserver \"%s\" shares the host's network: "
				"%u ports of loopback, %u abstract sockets%s",
				vserver->name, ports, names, first);
}

/* --- all of them ---------------------------------------------------------- */

void vns_doctor_doors(struct vns_doctor *doctor, const struct vns_login *login)
{
	struct doors doors = { .doctor = doctor, .login = login };

	if (!login) {
		check_runners(doctor);
		vns_doctor_runners(doctor);
		check_vsftpd(doctor);
		return;
	}
	/* Whatever root may do on the host is no side door. */
	if (login->account.pw.pw_uid == 0)
		return;
	doors.user = login->user;
	doors.pw = &login->account.pw;
	doors.home = find_home(login);
	check_home(&doors);
	vns_doctor_systemd(doctor, login, doors.home != HOME_APART);
	check_cron(&doors);
	check_at(&doors);
	check_processes(&doors);
	check_network(&doors);
}
