/* Checks what systemd runs on the host for a user who is placed. */
#include "doctor/doctor.h"

#include "pamd/judge.h"
#include "pamd/jump.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* --- systemd --user ------------------------------------------------------- */

struct manager {
	struct vns_doctor *doctor;
	const char *user;
	uid_t uid;
	enum vns_report_state state;
	const char *why;
	bool found;
};

static bool is_masked(uid_t uid)
{
	static const char *const directories[] = { "/etc/systemd/system",
						   "/run/systemd/system" };
	char name[32], path[96], target[16];
	size_t i;

	for (i = 0; i < 2 * VNS_COUNT(directories); i++) {
		ssize_t length;

		snprintf(name, sizeof(name), "%u", (unsigned)uid);
		snprintf(path, sizeof(path), "%s/user@%s.service",
			 directories[i / 2], i % 2 ? "" : name);
		length = readlink(path, target, sizeof(target) - 1);
		target[length > 0 ? length : 0] = '\0';
		if (strcmp(target, "/dev/null") == 0)
			return true;
	}
	return false;
}

/*
 * Whether the user's systemd listens on its socket. Nobody answers on a socket
 * that is left over.
 */
static bool is_running(uid_t uid)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool runs;

	snprintf(address.sun_path, sizeof(address.sun_path),
		 "/run/user/%u/systemd/private", (unsigned)uid);
	runs = fd >= 0 && connect(fd, (const struct sockaddr *)&address,
				  sizeof(address)) == 0;
	if (fd >= 0)
		close(fd);
	return runs;
}

/*
 * Whether an earlier rule can jump over this one. Only that rule knows for whom
 * it does.
 */
static bool is_jumped(const struct vns_pamstack *stack,
		      const struct vns_pamstack_rule *rule)
{
	size_t i, code, at = (size_t)(rule - stack->rules);

	for (i = 0; i < at; i++) {
		const struct vns_pamstack_line *line = stack->rules[i].line;

		if (line->kind != VNS_PAMSTACK_MODULE)
			continue;
		for (code = 0; code < VNS_PAMSTACK_CODES; code++)
			if (line->actions[code] > 0 &&
			    i + (size_t)line->actions[code] >= at)
				return true;
	}
	return false;
}

static void say(struct manager *manager, enum vns_report_state state,
		const char *remedy, const char *text)
{
	manager->found = true;
	vns_report_add(manager->doctor->report, state, "door-systemd",
		       manager->user, remedy, "%s", text);
}

/*
 * Checks a wired service: if it asks logind for a session, "systemd --user" is
 * started.
 */
static void check_service(struct manager *manager, const char *service)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	const struct vns_pamstack_rule *rule;
	char text[512], remedy[256];
	struct vns_error err;
	bool jumped;

	if (vns_doctor_stack(service, VNS_PAMSTACK_SESSION, &stack, &err) < 0)
		return;
	rule = vns_pamjump_reached(stack);
	if (!rule)
		return;
	jumped = is_jumped(stack, rule);
	vns_util_format(remedy, sizeof(remedy),
			"\"vns enable %s\" makes placed users jump over it "
			"(pam_vns(8), SIDE DOORS)",
			service);
	if (jumped)
		vns_util_format(text, sizeof(text),
				"before pam_systemd.so of %s a test makes "
				"placed users jump over it, but may not know "
				"all of them; for the others it has "
				"\"systemd --user\" started on the host",
				service);
	else
		vns_util_format(text, sizeof(text),
				"pam_systemd.so of %s has \"systemd --user\" "
				"started on the host%s",
				service, manager->why);
	say(manager, jumped ? VNS_REPORT_WARN : manager->state, remedy, text);
}

static void check_lingering(struct manager *manager)
{
	char path[PATH_MAX], text[256], remedy[256];

	if (!vns_util_format(path, sizeof(path), "/var/lib/systemd/linger/%s",
			     manager->user) ||
	    !vns_doctor_exists(path))
		return;
	vns_util_format(remedy, sizeof(remedy),
			"\"loginctl disable-linger %s\"", manager->user);
	vns_util_format(text, sizeof(text),
			"lingers: \"systemd --user\" runs on the host%s",
			manager->why);
	say(manager, manager->state, remedy, text);
}

static void check_running(struct manager *manager)
{
	char text[256], remedy[64];

	if (!is_running(manager->uid))
		return;
	snprintf(remedy, sizeof(remedy), "\"systemctl stop user@%u.service\"",
		 (unsigned)manager->uid);
	vns_util_format(text, sizeof(text),
			"\"systemd --user\" runs on the host now%s",
			manager->why);
	say(manager, manager->state, remedy, text);
}

/*
 * Checks for "systemd --user" on the host. Without a PID namespace,
 * /proc/PID/root of this process leads to the host's files. If the vserver
 * shares the home, a unit file that is written inside runs outside. Otherwise
 * it is a process of the user's that nobody inside can reach.
 */
void vns_doctor_systemd(struct vns_doctor *doctor,
			const struct vns_login *login, bool shared)
{
	const vns_nsset namespaces =
		login->vserver ? login->vserver->namespaces : 0;
	const bool hidden = namespaces & VNS_NSSET(VNS_NS_PID);
	struct manager manager = {
		.doctor = doctor,
		.user = login->who.user,
		.uid = login->account.pw.pw_uid,
		.state = hidden && !shared ? VNS_REPORT_WARN : VNS_REPORT_FAIL,
		.why = !hidden ? ", and without a PID namespace /proc/PID/root "
				 "leads there" :
		       shared  ? ", with the unit files of the shared home" :
				 "",
	};
	size_t i;

	check_running(&manager);
	if (vns_doctor_exists("/usr/lib/systemd/systemd") &&
	    !is_masked(manager.uid)) {
		check_lingering(&manager);
		for (i = 0; i < doctor->services.count; i++)
			check_service(&manager, doctor->services.items[i]);
	}
	if (!manager.found)
		vns_doctor_pass(doctor, "door-systemd", login->who.user,
				"nothing starts \"systemd --user\" on the "
				"host");
}

/* --- run0, machinectl, polkit --------------------------------------------- */

static bool asks(const char *service, enum vns_pamstack_type type)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_error err;
	size_t i;

	if (vns_doctor_stack(service, type, &stack, &err) < 0)
		return false;
	for (i = 0; i < stack->count; i++)
		if (vns_pamstack_is(stack->rules[i].line, VNS_JUDGE_MODULE))
			return true;
	return false;
}

/* Both programs have systemd run what they are told to, with a PAM stack. */
static const struct {
	const char *program, *id, *subject, *service, *what, *remedy;
} runners[] = {
	{ "/usr/bin/run0", "door-run0", "run0", "systemd-run0",
	  "\"run0 --user=USER\" runs commands of placed users on the host",
	  "an /etc/pam.d/systemd-run0 that refuses them (pam_vns(8), SIDE "
	  "DOORS)" },
	{ "/usr/bin/machinectl", "door-machinectl", "machinectl", "login",
	  "\"machinectl shell\" opens shells of placed users on the host",
	  "\"vns enable login\"" },
};

static void check_runners(struct vns_doctor *doctor)
{
	size_t i;

	for (i = 0; i < VNS_COUNT(runners); i++) {
		if (!vns_doctor_exists(runners[i].program))
			continue;
		if (asks(runners[i].service, VNS_PAMSTACK_ACCOUNT))
			vns_doctor_pass(doctor, runners[i].id,
					runners[i].subject,
					"%s asks pam_vns.so",
					runners[i].service);
		else
			vns_doctor_warn(doctor, runners[i].id,
					runners[i].subject, runners[i].remedy,
					"%s does not ask pam_vns.so: %s",
					runners[i].service, runners[i].what);
	}
}

static bool has_any(const char *line, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcasestr(line, words[i]))
			return true;
	return false;
}

/* Judges a rule by its words: it is a program whose effect is not known. */
static bool allows(const char *path)
{
	static const char *const actions[] = {
		"org.freedesktop.systemd1.", "org.freedesktop.machine1.",
		"org.freedesktop.policykit.exec"
	};
	static const char *const answers[] = { "Result.YES", "=yes" };
	FILE *stream = fopen(path, "re");
	bool acts = false, answers_yes = false;
	char line[1024];

	while (stream && fgets(line, sizeof(line), stream)) {
		const char *text = line + strspn(line, " \t");

		if (strncmp(text, "//", 2) == 0 || *text == '#')
			continue;
		acts |= has_any(text, actions, VNS_COUNT(actions));
		answers_yes |= has_any(text, answers, VNS_COUNT(answers));
	}
	if (stream)
		(void)fclose(stream);
	return acts && answers_yes;
}

static void check_rules(struct vns_doctor *doctor, const char *directory)
{
	DIR *rules = opendir(directory);
	const struct dirent *entry;
	char path[PATH_MAX];

	while (rules && (entry = readdir(rules))) {
		if (entry->d_name[0] == '.' ||
		    !vns_util_format(path, sizeof(path), "%s/%s", directory,
				     entry->d_name) ||
		    !allows(path))
			continue;
		vns_doctor_warn(doctor, "door-polkit", path,
				"make sure that it names nobody who should "
				"not be root",
				"lets somebody have systemd run programs on "
				"the host as any user they like");
	}
	if (rules)
		closedir(rules);
}

void vns_doctor_runners(struct vns_doctor *doctor)
{
	static const char *const directories[] = {
		"/etc/polkit-1/rules.d",
		"/run/polkit-1/rules.d",
		"/usr/local/share/polkit-1/rules.d",
		"/usr/share/polkit-1/rules.d",
		"/etc/polkit-1/localauthority/50-local.d",
	};
	size_t i;

	check_runners(doctor);
	for (i = 0; i < VNS_COUNT(directories); i++)
		check_rules(doctor, directories[i]);
}
