/*
 * Checks one user: where the module would put the sessions, and whether they
 * live.
 */
#include "doctor/doctor.h"

#include "login/find.h"
#include "system/inroot.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* --- where the sessions go ------------------------------------------------ */

static const char *remedy_of(const struct vns_login *login, int rc, char *text,
			     size_t size)
{
	const char *vserver = login->decision.vserver;

	if (rc == -ESRCH && login->vserver && login->vserver->root)
		vns_util_format(text, size,
				"\"vns start %s\", or start = \"on-login\"",
				vserver);
	else if (rc == -ESRCH)
		vns_util_format(text, size, "start it with its engine");
	else if (rc == -EINVAL && login->vserver && login->vserver->map_users)
		vns_util_format(text, size, "\"vns restart -u %s %s\"",
				login->who.user, vserver);
	else if (rc == -EINVAL)
		vns_util_format(text, size,
				"map = {\"users\"}, or give user_namespace a "
				"larger range (\"BASE:COUNT\")");
	else if (rc == -ETIMEDOUT)
		vns_util_format(text, size,
				"look at what is mounted inside (\"vns mounts "
				"%s\"), or \"vns restart %s\"",
				vserver, vserver);
	else if (rc == -ENOENT && login->place.root >= 0)
		vns_util_format(text, size,
				"\"vns exec %s -- ls -l SHELL\", install it, "
				"\"usermod -s /bin/sh %s\", or shell_check = "
				"\"no\" for users who need none",
				vserver, login->who.user);
	else
		vns_util_format(text, size,
				"correct what the message says; \"vns "
				"doctor\" says more about vserver \"%s\"",
				vserver);
	return text;
}

static void say_placed(struct vns_doctor *doctor, const struct vns_login *login)
{
	const struct passwd *pw = &login->account.pw;
	VNS_AUTOCLOSE int passwd = -1;

	if (login->place.root < 0) {
		vns_doctor_stopped_user(doctor, login);
		return;
	}
	vns_doctor_pass(doctor, "user-place", pw->pw_name,
			"vserver \"%s\" can be entered, shell %s %s",
			login->vserver->name, vns_shell_path(pw->pw_shell),
			vns_shell_says(login->shell));
	vns_doctor_home_there(doctor, login, !login->home_missing);
	/* Where there is no program, nobody looks names up. */
	if (login->shell == VNS_SHELL_UNNEEDED)
		return;
	passwd = vns_inroot_open(login->place.root, "/etc/passwd", O_PATH,
				 VNS_INROOT_CHROOT);
	vns_doctor_inside(doctor, login, passwd);
}

/*
 * Checks a user with uid 0. With a user namespace they are root only inside;
 * without one they are the host's uid 0 in there.
 */
static void check_root(struct vns_doctor *doctor, const struct vns_login *login)
{
	const vns_nsset namespaces = login->vserver->namespaces;
	const char *vserver = login->vserver->name;

	if (login->account.pw.pw_uid != 0)
		return;
	if (namespaces & VNS_NSSET(VNS_NS_USER)) {
		vns_doctor_pass(doctor, "user-root", login->who.user,
				"vserver \"%s\" has a user namespace", vserver);
		return;
	}
	vns_doctor_warn(doctor, "user-root", login->who.user,
			"user_namespace = \"auto\", or take uid 0 out of the "
			"rule (SECURITY.md, \"Root without a user namespace\")",
			"is uid 0 of the host in vserver \"%s\", with less "
			"power%s",
			vserver,
			namespaces & VNS_NSSET(VNS_NS_PID) ?
				"; whoever controls its files may become root" :
				", and without a PID namespace can signal "
				"and trace the host's processes");
}

static void check_placed(struct vns_doctor *doctor, struct vns_login *login)
{
	char remedy[256];
	struct vns_error err;
	int rc;

	if (doctor->user)
		vns_doctor_vserver(doctor, login->decision.vserver);
	rc = vns_find_vserver(login, false, &err);
	if (rc < 0)
		vns_doctor_fail(doctor, "user-place", login->who.user,
				remedy_of(login, rc, remedy, sizeof(remedy)),
				"refused: %s", err.text);
	else
		say_placed(doctor, login);
	if (login->vserver)
		check_root(doctor, login);
	vns_doctor_doors(doctor, login);
}

static const char *const targets[] = {
	[VNS_TARGET_VSERVER] = "placed in",
	[VNS_TARGET_HOST] = "on the host",
	[VNS_TARGET_DENY] = "refused",
};

static void say_decided(struct vns_doctor *doctor,
			const struct vns_login *login)
{
	const char *vserver = login->decision.vserver;

	vns_doctor_pass(doctor, "user-rule", login->who.user,
			"by %s: %s%s%s (rule \"%s\")", login->who.service,
			targets[login->decision.target], *vserver ? " " : "",
			vserver, login->decision.rule);
}

/* sshd looks for the shell on the host, where it runs itself. */
static void check_host_shell(struct vns_doctor *doctor,
			     const struct vns_login *login)
{
	const char *shell = login->account.pw.pw_shell;

	if (strcmp(login->who.service, "sshd") != 0 || !*shell)
		return;
	if (access(shell, X_OK) == 0)
		vns_doctor_pass(doctor, "user-shell", login->who.user,
				"shell %s is on the host, too, where sshd "
				"looks for it",
				shell);
	else
		vns_doctor_fail(doctor, "user-shell", login->who.user,
				"install it on the host, or change the user's "
				"shell (\"usermod -s\")",
				"sshd refuses the login: shell %s is not on "
				"the host, where sshd looks for it",
				shell);
}

static void check_host_home(struct vns_doctor *doctor,
			    const struct vns_login *login)
{
	const struct passwd *pw = &login->account.pw;

	if (strcmp(login->who.service, "sshd") != 0 ||
	    !doctor->sshd.keys_at_home)
		return;
	if (access(pw->pw_dir, F_OK) == 0)
		vns_doctor_pass(doctor, "user-keys", login->who.user,
				"sshd finds %s on the host, where it looks for "
				"keys",
				pw->pw_dir);
	else
		vns_doctor_warn(doctor, "user-keys", login->who.user,
				"\"AuthorizedKeysFile "
				"/etc/ssh/authorized_keys/%u\" in sshd_config",
				"no key works: %s is not on the host, where "
				"sshd looks for them",
				pw->pw_dir);
}

/*
 * The vserver is checked once only: it must fit for all services alike. sshd
 * comes first, as it is the one that may do without a shell.
 */
static void check_service(struct vns_doctor *doctor, const char *user,
			  const char *service, struct vns_strings *seen)
{
	VNS_AUTOLOGIN struct vns_login login = { .place = VNS_PLACE_NONE };
	struct vns_error err;
	size_t i;
	int rc;

	vns_login_init(&login, doctor->config_path, user, &doctor->log);
	login.who.service = service;
	rc = vns_login_decide(&login, &err);
	if (rc < 0) {
		vns_doctor_fail(doctor, "user-account", user,
				rc == -ENOENT ?
					"make the account, or take the "
					"name out of the rule" :
					"\"getent passwd\" and \"getent "
					"group\" must answer",
				"%s", err.text);
		return;
	}
	if (doctor->user)
		say_decided(doctor, &login);
	if (login.decision.target != VNS_TARGET_VSERVER)
		return;
	check_host_shell(doctor, &login);
	check_host_home(doctor, &login);
	vns_doctor_aging(doctor, &login);
	for (i = 0; i < seen->count; i++)
		if (strcmp(seen->items[i], login.decision.vserver) == 0)
			return;
	vns_strings_add(seen, login.decision.vserver);
	check_placed(doctor, &login);
}

void vns_doctor_user(struct vns_doctor *doctor, const char *user)
{
	struct vns_strings seen = { 0 };
	size_t i;
	int others;

	for (others = 0; others < 2; others++)
		for (i = 0; i < doctor->services.count; i++) {
			const char *service = doctor->services.items[i];

			if ((strcmp(service, "sshd") != 0) == (others != 0))
				check_service(doctor, user, service, &seen);
		}
	/* Nobody else's logins are tried, so nobody else is looked at. */
	if (seen.count > 0 || doctor->user)
		vns_doctor_allowed(doctor, user);
	/* It takes a moment for each line of each service. */
	if (doctor->user)
		vns_doctor_account(doctor, user);
	vns_strings_free(&seen);
}
