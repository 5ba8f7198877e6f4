/*
 * Checks whether the account lines of wired services let a user in, as far as
 * modules that only look can tell.
 */
#include "doctor/doctor.h"

#include "pamd/refuse.h"
#include "system/account.h"

#include <stdio.h>
#include <string.h>

#define LET_PASS "the account lines let them pass"

/* Services for which the same is to be said. */
struct verdict {
	char text[1024], remedy[256];
	char services[256];
};

/* What there is to do about a module that refuses. */
static void find_remedy(const struct vns_refuse *found, const char *user,
			char *remedy, size_t size)
{
	static const struct {
		const char *module, *text;
	} known[] = {
		{ "pam_nologin.so", "remove /etc/nologin and /run/nologin, "
				    "when the host may be used again" },
		{ "pam_access.so", "let them in in /etc/security/access.conf" },
		{ "pam_time.so", "let them in in /etc/security/time.conf" },
		{ "pam_shells.so", "add the user's shell to /etc/shells" },
	};
	const struct vns_pamstack_line *line = found->rule->line;
	size_t i;

	if (vns_pamstack_is(line, "pam_unix.so")) {
		vns_util_format(remedy, size,
				"\"chage -l %s\"; \"chage -E -1 %s\" makes an "
				"account valid again",
				user, user);
		return;
	}
	for (i = 0; i < VNS_COUNT(known); i++)
		if (vns_pamstack_is(line, known[i].module)) {
			vns_util_format(remedy, size, "%s", known[i].text);
			return;
		}
	vns_util_format(remedy, size, "see %.*s(8) and that line",
			(int)strcspn(line->target, "."), line->target);
}

static void judge(const char *service, const char *user,
		  const struct vns_pamstack *stack, struct verdict *verdict)
{
	const struct vns_refuse_who who = {
		.service = service,
		.user = user,
		/* As for sshd's own settings. */
		.rhost = strcmp(service, "sshd") == 0 ? "localhost" : "",
	};
	const struct vns_pamstack_rule *rule;
	struct vns_refuse found;
	struct vns_error err;

	if (vns_refuse_find(stack, &who, &found, &err) < 0 || found.looked == 0)
		return;
	rule = found.rule;
	if (!rule) {
		snprintf(verdict->text, sizeof(verdict->text), LET_PASS);
		return;
	}
	snprintf(verdict->text, sizeof(verdict->text), "%s:%u: %s: %s",
		 rule->file->path, rule->line->first, rule->line->target,
		 found.why);
	find_remedy(&found, user, verdict->remedy, sizeof(verdict->remedy));
}

/* Joins services that get the same verdict; returns whether there is one. */
static bool join(struct verdict *verdicts, size_t count,
		 const struct verdict *one, const char *service)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const size_t used = strlen(verdicts[i].services);

		if (strcmp(verdicts[i].text, one->text) != 0)
			continue;
		snprintf(verdicts[i].services + used,
			 sizeof(verdicts[i].services) - used, ", %s", service);
		return true;
	}
	return false;
}

static void say(struct vns_doctor *doctor, const char *user,
		const struct verdict *verdict)
{
	if (*verdict->remedy)
		vns_doctor_fail(doctor, "user-login", user, verdict->remedy,
				"refused by %s: %s", verdict->services,
				verdict->text);
	else
		vns_doctor_pass(doctor, "user-login", user,
				LET_PASS " (%s), as far as modules say that "
					 "only look",
				verdict->services);
}

/* sudo's account lines are about the caller, not about the session's user. */
static bool is_about_user(const char *service)
{
	return strcmp(service, "sudo") != 0 && strcmp(service, "sudo-i") != 0;
}

void vns_doctor_account(struct vns_doctor *doctor, const char *user)
{
	const struct vns_strings *services = &doctor->services;
	VNS_AUTOACCOUNT struct vns_account account = { 0 };
	VNS_AUTOFREE struct verdict *verdicts =
		calloc(services->count + 1, sizeof(*verdicts));
	struct vns_error ignored;
	size_t i, count = 0;

	/* That there is no such user is reported elsewhere. */
	if (!verdicts || vns_account_find(user, &account, &ignored) < 0)
		return;
	for (i = 0; i < services->count; i++) {
		VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
		const char *service = services->items[i];
		struct verdict one = { "", "", "" };

		if (!is_about_user(service) ||
		    vns_doctor_stack(service, VNS_PAMSTACK_ACCOUNT, &stack,
				     &ignored) < 0)
			continue;
		vns_doctor_begin(doctor, user);
		judge(service, account.pw.pw_name, stack, &one);
		if (!*one.text || join(verdicts, count, &one, service))
			continue;
		snprintf(one.services, sizeof(one.services), "%s", service);
		verdicts[count++] = one;
	}
	for (i = 0; i < count; i++)
		say(doctor, user, &verdicts[i]);
}

void vns_doctor_nologin(struct vns_doctor *doctor)
{
	static const char *const files[] = { "/etc/nologin", "/run/nologin" };
	const char *path = vns_doctor_first(files, VNS_COUNT(files));

	if (!path)
		return;
	vns_doctor_warn(doctor, "nologin", "",
			"remove it when the host may be used again (at a start "
			"or shutdown systemd does)",
			"%s is there: services with pam_nologin.so, such as "
			"sshd and login, let in nobody but root",
			path);
}
