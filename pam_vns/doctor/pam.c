/* Checks which services are wired in pam.d, and whether the order is right. */
#include "doctor/doctor.h"

#include "pamd/file.h"
#include "pamd/judge.h"
#include "system/safefile.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX (256UL * 1024)

/* The services by which users come. cron and the like are side doors. */
static const char *const entrances[] = { "sshd", "login", "su", "su-l" };

/* The service that is being checked. */
struct service {
	struct vns_doctor *doctor;
	const char *name;
	struct vns_pamstack *account, *session;
	bool failed;
};

int vns_doctor_stack(const char *service, enum vns_pamstack_type type,
		     struct vns_pamstack **stack, struct vns_error *err)
{
	return vns_pamstack_resolve(service, type, vns_pamfile_read, NULL,
				    stack, err);
}

bool vns_doctor_unwired(const char *service)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_error ignored;
	size_t i;

	if (vns_doctor_stack(service, VNS_PAMSTACK_SESSION, &stack, &ignored) <
	    0)
		return false;
	for (i = 0; i < stack->count; i++)
		if (vns_pamstack_places(stack->rules[i].line, VNS_JUDGE_MODULE))
			return false;
	return true;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Finds the rule that places or, with closing, the one that returns; or -1. */
static long find_ours(const struct vns_pamstack *stack, bool closing)
{
	size_t i;

	for (i = 0; stack && i < stack->count; i++) {
		const struct vns_pamstack_line *line = stack->rules[i].line;

		if (closing ? vns_pamstack_is(line, VNS_JUDGE_MODULE) &&
				      vns_pamstack_has(line, "close") :
			      vns_pamstack_places(line, VNS_JUDGE_MODULE))
			return (long)i;
	}
	return -1;
}

/* Returns "FILE:LINE: TEXT". */
static const char *describe(const struct vns_pamstack_rule *rule, char *text,
			    size_t size)
{
	static const char *const types[VNS_PAMSTACK_TYPES + 1] = {
		"auth", "account", "password", "session", "",
	};

	snprintf(text, size, "%s:%u: %s %s", rule->file->path,
		 rule->line->first, types[rule->line->type], rule->line->text);
	return text;
}

static void say(struct service *service, enum vns_report_state state,
		const char *id, const char *remedy, const char *text)
{
	service->failed = true;
	vns_report_add(service->doctor->report, state, id, service->name,
		       remedy, "%s", text);
}

/* --- the modules around pam_vns.so ---------------------------------------- */

#define RUNS "would run programs of the tenant's, as root"
#define READS "would read the tenant's settings"
#define NEEDS "needs the host"

static const struct {
	const char *module, *why;
} after[] = {
	{ "pam_motd.so", RUNS },
	{ "pam_exec.so", RUNS },
	{ "pam_mkhomedir.so", RUNS },
	{ "pam_script.so", RUNS },
	{ "pam_oddjob_mkhomedir.so", RUNS },
	{ "pam_limits.so", READS },
	{ "pam_env.so", READS },
	{ "pam_umask.so", READS },
	{ "pam_mount.so", READS },
	{ "pam_loginuid.so", NEEDS },
	{ "pam_keyinit.so", NEEDS },
	{ "pam_systemd.so", NEEDS },
	{ "pam_elogind.so", NEEDS },
	{ "pam_selinux.so", NEEDS },
	{ "pam_namespace.so", NEEDS },
	{ "pam_lastlog.so", NEEDS },
	{ "pam_lastlog2.so", NEEDS },
	{ "pam_wtmpdb.so", NEEDS },
};

static const char *why_not_after(const struct vns_pamstack_line *line)
{
	size_t i;

	for (i = 0; i < VNS_COUNT(after); i++)
		if (vns_pamstack_is(line, after[i].module))
			return after[i].why;
	return NULL;
}

static void check_after(struct service *service,
			const struct vns_pamstack_rule *rule)
{
	const char *why = why_not_after(rule->line);
	char where[512], text[1024];

	if (rule->line->kind != VNS_PAMSTACK_MODULE ||
	    vns_pamstack_is(rule->line, VNS_JUDGE_MODULE))
		return;
	snprintf(text, sizeof(text),
		 "%s comes after pam_vns.so, inside the vserver: it %s",
		 describe(rule, where, sizeof(where)),
		 why ? why : "sees the tenant's files, as root");
	say(service, why ? VNS_REPORT_FAIL : VNS_REPORT_WARN, "pam-order",
	    "make \"session requisite pam_vns.so\" the last session line, "
	    "after every include (\"vns disable\" and \"vns enable\" do that)",
	    text);
}

/*
 * These modules ask a daemon; its socket, which they find inside, is the
 * tenant's.
 */
static void check_asker(struct service *service,
			const struct vns_pamstack_rule *rule)
{
	static const char *const askers[] = { "pam_ldap.so", "pam_sss.so",
					      "pam_winbind.so" };
	char where[512], text[1024];
	size_t i;

	for (i = 0; i < VNS_COUNT(askers); i++) {
		if (!vns_pamstack_is(rule->line, askers[i]))
			continue;
		snprintf(text, sizeof(text),
			 "%s asks its daemon when the session closes, inside "
			 "the vserver, where the tenant may answer, or nobody",
			 describe(rule, where, sizeof(where)));
		say(service, VNS_REPORT_WARN, "pam-close",
		    "remove its session line, or make \"session requisite "
		    "pam_vns.so close\" the first session line "
		    "(pam_vns(8), STACK)",
		    text);
	}
}

/* Modules that open on the host close inside, unless a "close" line returns. */
static void check_before(struct service *service,
			 const struct vns_pamstack_rule *rule)
{
	const struct vns_pamstack_line *line = rule->line;
	char where[512], text[1024];

	check_asker(service, rule);
	if (!(vns_pamstack_is(line, "pam_exec.so") &&
	      !vns_pamstack_has(line, "type=open_session")) &&
	    !vns_pamstack_is(line, "pam_script.so") &&
	    !vns_pamstack_is(line, "pam_mount.so") &&
	    !vns_pamstack_is(line, "pam_namespace.so"))
		return;
	snprintf(text, sizeof(text),
		 "%s closes inside the vserver, as root, on files of the "
		 "tenant's",
		 describe(rule, where, sizeof(where)));
	say(service, VNS_REPORT_FAIL, "pam-close",
	    "give pam_exec.so the argument type=open_session, or make "
	    "\"session requisite pam_vns.so close\" the first session line "
	    "(pam_vns(8), STACK)",
	    text);
}

static void check_order(struct service *service)
{
	const struct vns_pamstack *stack = service->session;
	long ours = find_ours(stack, false), back = find_ours(stack, true), i;

	for (i = 0; i < ours && back < 0; i++)
		check_before(service, &stack->rules[i]);
	for (i = ours + 1; i < (long)stack->count; i++)
		check_after(service, &stack->rules[i]);
	if (back > 0 && back != ours)
		say(service, VNS_REPORT_WARN, "pam-close",
		    "make it the first session line",
		    "the line with \"close\" is not the first session line: "
		    "the modules before it close inside the vserver");
}

/* --- whether pam_vns.so is asked, and can refuse -------------------------- */

static void check_skip(struct service *service,
		       const struct vns_pamstack *stack, const char *type)
{
	const struct vns_pamstack_rule *skipper;
	char where[512] = "an earlier line", text[1024];

	if (!vns_judge_passes_by(stack, &skipper))
		return;
	if (skipper)
		describe(skipper, where, sizeof(where));
	snprintf(text, sizeof(text),
		 "%s can end the %s lines, or jump, before pam_vns.so is "
		 "asked: the user stays on the host",
		 where, type);
	say(service, VNS_REPORT_FAIL, "pam-skip",
	    "replace \"sufficient\" (or success=done, or the jump) there by "
	    "\"required\" or \"optional\"",
	    text);
}

/* With a weak control, a user who is refused goes on, on the host. */
static void check_control(struct service *service,
			  const struct vns_pamstack *stack)
{
	const struct vns_pamstack_rule *rule =
		&stack->rules[find_ours(stack, false)];
	char where[512], text[1024];

	if (!vns_judge_is_weak(rule->line) && !vns_judge_passes_refused(stack))
		return;
	snprintf(text, sizeof(text),
		 "%s: a user who cannot be placed is let in all the same, on "
		 "the host",
		 describe(rule, where, sizeof(where)));
	say(service, VNS_REPORT_FAIL, "pam-control",
	    "\"requisite\" as its control", text);
}

static void check_config(struct service *service,
			 const struct vns_pamstack *stack)
{
	const struct vns_pamstack_line *line =
		stack->rules[find_ours(stack, false)].line;
	const char *path = VNS_CONFIG_PATH;
	char remedy[PATH_MAX + 64], text[2 * PATH_MAX + 64];
	size_t i;

	for (i = 0; i < line->arguments.count; i++)
		if (strncmp(line->arguments.items[i], "config=", 7) == 0)
			path = line->arguments.items[i] + 7;
	if (strcmp(path, service->doctor->config_path) == 0)
		return;
	snprintf(text, sizeof(text), "pam_vns.so reads %s there, not %s", path,
		 service->doctor->config_path);
	snprintf(remedy, sizeof(remedy), "\"vns -c %s doctor\"", path);
	say(service, VNS_REPORT_WARN, "pam-config", remedy, text);
}

/* --- one service ---------------------------------------------------------- */

/* sudo's account lines are about the caller, not about the session's user. */
static bool needs_account(const char *service)
{
	return strcmp(service, "sudo") != 0 && strcmp(service, "sudo-i") != 0;
}

static void check_broken(struct service *service,
			 const struct vns_pamstack *stack)
{
	char where[512], text[1024];
	size_t i;

	for (i = 0; stack && i < stack->count; i++) {
		if (!stack->rules[i].wrong)
			continue;
		snprintf(text, sizeof(text), "%s: always fails: %s",
			 describe(&stack->rules[i], where, sizeof(where)),
			 stack->rules[i].wrong);
		say(service, VNS_REPORT_WARN, "pam-line", "correct that line",
		    text);
	}
}

static void check_lines(struct service *service)
{
	bool account = find_ours(service->account, false) >= 0;
	bool session = find_ours(service->session, false) >= 0;

	if (!session)
		say(service, VNS_REPORT_FAIL, "pam-session",
		    "\"session requisite pam_vns.so\" as the last session "
		    "line (\"vns enable\")",
		    "there is no session line of pam_vns.so: users stay on "
		    "the host");
	if (!account && needs_account(service->name))
		say(service, VNS_REPORT_FAIL, "pam-account",
		    "\"account requisite pam_vns.so\" after pam_nologin.so "
		    "and before what common-account includes (\"vns enable\")",
		    "there is no account line of pam_vns.so: users who "
		    "cannot be placed are told late, and with sshd keep a "
		    "connection that forwards ports");
	if (account) {
		check_control(service, service->account);
		check_skip(service, service->account, "account");
		check_config(service, service->account);
	}
	if (session) {
		check_control(service, service->session);
		check_skip(service, service->session, "session");
		check_config(service, service->session);
		check_order(service);
	}
}

static bool is_wired(const struct service *service)
{
	return find_ours(service->account, false) >= 0 ||
	       find_ours(service->session, false) >= 0 ||
	       find_ours(service->session, true) >= 0;
}

static void check_wired(struct service *service)
{
	check_lines(service);
	check_broken(service, service->account);
	check_broken(service, service->session);
	if (!service->failed)
		vns_doctor_pass(service->doctor, "pam-stack", service->name,
				"asks pam_vns.so, in the right order");
	if (!service->doctor->service &&
	    vns_strings_add(&service->doctor->services, service->name) < 0)
		service->doctor->report->no_memory = true;
}

static bool is_entrance(const char *service)
{
	size_t i;

	for (i = 0; i < VNS_COUNT(entrances); i++)
		if (strcmp(service, entrances[i]) == 0)
			return true;
	return false;
}

static void say_unwired(struct service *service)
{
	bool asked = service->doctor->service != NULL;
	char remedy[256];

	if (!asked && !is_entrance(service->name))
		return;
	vns_util_format(remedy, sizeof(remedy), "\"vns enable %s\"",
			service->name);
	say(service, asked ? VNS_REPORT_FAIL : VNS_REPORT_WARN, "pam-wired",
	    remedy, "does not ask pam_vns.so: its users stay on the host");
}

static int resolve(struct service *service, struct vns_error *err)
{
	int rc = vns_doctor_stack(service->name, VNS_PAMSTACK_ACCOUNT,
				  &service->account, err);

	return rc < 0 ? rc :
			vns_doctor_stack(service->name, VNS_PAMSTACK_SESSION,
					 &service->session, err);
}

/* Checks one service. Returns whether it asks pam_vns.so. */
static bool check_service(struct vns_doctor *doctor, const char *name)
{
	struct service service = { .doctor = doctor, .name = name };
	struct vns_error err;
	bool wired = false;

	if (resolve(&service, &err) < 0) {
		say(&service,
		    doctor->service || is_entrance(name) ? VNS_REPORT_FAIL :
							   VNS_REPORT_WARN,
		    "pam-file",
		    "correct what the message says; only root may be able to "
		    "write to the file",
		    err.text);
	} else {
		wired = is_wired(&service);
		if (wired)
			check_wired(&service);
		else
			say_unwired(&service);
	}
	vns_pamstack_free(service.account);
	vns_pamstack_free(service.session);
	return wired;
}

/* --- all services --------------------------------------------------------- */

static void check_common(struct vns_doctor *doctor, const char *path)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = NULL;
	VNS_AUTOFREE char *text = NULL;
	struct vns_error err;
	size_t length, i;

	if (vns_safefile_read(path, FILE_MAX, &text, &length, &err) < 0 ||
	    vns_pamstack_parse(text, length, path, &file, &err) < 0)
		return;
	for (i = 0; i < file->count; i++) {
		if (!vns_pamstack_is(&file->lines[i], VNS_JUDGE_MODULE))
			continue;
		vns_doctor_fail(doctor, "pam-common", base_name(path),
				"take it out there, and \"vns enable\" the "
				"services by which users log in",
				"%s:%u: pam_vns.so is in a file that services "
				"of the host's own use",
				path, file->lines[i].first);
	}
}

static bool is_service(const char *name)
{
	const size_t length = strlen(name);

	/* Leave out what editors, packages and "vns enable" leave there. */
	return vns_util_name_valid(name) && !vns_judge_refused(name) &&
	       !strchr(name, '.') && !(length && name[length - 1] == '~');
}

static void list_files(struct vns_strings *names)
{
	DIR *directory = opendir(VNS_PAMFILE_DIR);
	struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			vns_strings_add(names, entry->d_name);
	if (directory)
		closedir(directory);
}

/* Checks all services that are wired, or the one that is asked about. */
static void check_services(struct vns_doctor *doctor,
			   const struct vns_strings *files)
{
	size_t i;

	if (doctor->service) {
		vns_strings_add(&doctor->services, doctor->service);
		check_service(doctor, doctor->service);
		return;
	}
	for (i = 0; i < files->count; i++)
		if (is_service(files->items[i]))
			check_service(doctor, files->items[i]);
	if (doctor->services.count > 0)
		return;
	vns_doctor_fail(doctor, "pam-wired", "", "\"vns enable sshd su\"",
			"no service asks pam_vns.so: everybody stays on the "
			"host");
	vns_strings_add(&doctor->services, "sshd");
}

void vns_doctor_pam(struct vns_doctor *doctor)
{
	struct vns_strings files = { 0 };
	char path[PATH_MAX];
	size_t i;

	list_files(&files);
	vns_strings_sort(&files);
	for (i = 0; i < files.count; i++) {
		snprintf(path, sizeof(path), "%s/%s", VNS_PAMFILE_DIR,
			 files.items[i]);
		if (vns_judge_refused(files.items[i]))
			check_common(doctor, path);
	}
	check_services(doctor, &files);
	vns_strings_free(&files);
}
