/*
 * Looks into native vservers that do not run: whether they can be started, and
 * whether a login would find the user's shell and home then.
 */
#include "config/lifecycle.h"
#include "doctor/doctor.h"

#include "login/shell.h"
#include "native/view.h"
#include "system/safefile.h"

/* Says whether a start would be refused, before anything is mounted. */
void vns_doctor_stopped(struct vns_doctor *doctor,
			const struct vns_vserver *vserver)
{
	VNS_AUTOVIEW struct vns_view view = VNS_VIEW_NONE;
	struct vns_error err;

	if (vns_view_open(vserver, &view, &err) == 0)
		vns_doctor_pass(doctor, "vserver-start", vserver->name,
				"a start would find its root directory, and "
				"the sources and mount points of its mounts");
	else
		vns_doctor_fail(doctor, "vserver-start", vserver->name,
				"mount or make what is missing, or correct "
				"its definition",
				"stopped, and a start is refused: %s",
				err.text);
}

/* What is to be said of a user where nothing can be known before a start. */
static void say_unknown(struct vns_doctor *doctor,
			const struct vns_login *login)
{
	vns_doctor_pass(doctor, "user-place", login->who.user,
			"vserver \"%s\" is stopped; a login starts it, and "
			"only then shell and home can be checked",
			login->vserver->name);
}

/* As vns_shell_has_programs; what is not known may be there. */
static bool has_programs(const struct vns_view *view)
{
	static const char *const paths[] = { "/bin", "/usr/bin" };
	size_t i;

	for (i = 0; i < VNS_COUNT(paths); i++) {
		VNS_AUTOCLOSE int fd = -1;

		if (vns_view_find(view, paths[i], &fd) != VNS_VIEW_MISSING)
			return true;
	}
	return false;
}

/*
 * Judges the shell as the login will, once it is started. Returns false if that
 * is not known.
 */
static bool judge_shell(const struct vns_login *login,
			const struct vns_view *view, enum vns_shell *shell)
{
	const char *sought =
		vns_shell_sought(login->vserver, login->account.pw.pw_shell);
	VNS_AUTOCLOSE int fd = -1;
	enum vns_view_found found = VNS_VIEW_MISSING;

	if (sought)
		found = vns_view_find(view, sought, &fd);
	*shell = vns_shell_judge(login->vserver, login->who.service, sought,
				 vns_shell_is(fd), has_programs(view));
	return found != VNS_VIEW_UNKNOWN;
}

static void say_shell(struct vns_doctor *doctor, const struct vns_login *login,
		      enum vns_shell shell)
{
	const char *path = vns_shell_path(login->account.pw.pw_shell);
	const char *vserver = login->vserver->name;
	char remedy[256];

	if (shell != VNS_SHELL_MISSING) {
		vns_doctor_pass(doctor, "user-place", login->who.user,
				"vserver \"%s\" is stopped; a login starts "
				"it, and shell %s %s",
				vserver, path, vns_shell_says(shell));
		return;
	}
	vns_util_format(remedy, sizeof(remedy),
			"install it there, or \"usermod -s /bin/sh %s\", or "
			"shell_check",
			login->who.user);
	vns_doctor_fail(doctor, "user-place", login->who.user, remedy,
			"refused: vserver \"%s\" is stopped, and the user's "
			"shell %s is missing or not executable in %s",
			vserver, path, login->vserver->root);
}

static void look(struct vns_doctor *doctor, const struct vns_login *login,
		 const struct vns_view *view)
{
	VNS_AUTOCLOSE int home = -1;
	VNS_AUTOCLOSE int passwd = -1;
	enum vns_view_found found;
	enum vns_shell shell;

	if (judge_shell(login, view, &shell))
		say_shell(doctor, login, shell);
	else
		say_unknown(doctor, login);
	found = vns_view_find(view, login->account.pw.pw_dir, &home);
	if (found != VNS_VIEW_UNKNOWN)
		vns_doctor_home_there(doctor, login, found == VNS_VIEW_THERE);
	/* Where there is no program, nobody looks names up. */
	if (shell != VNS_SHELL_UNNEEDED &&
	    vns_view_find(view, "/etc/passwd", &passwd) != VNS_VIEW_UNKNOWN)
		vns_doctor_inside(doctor, login, passwd);
}

void vns_doctor_stopped_user(struct vns_doctor *doctor,
			     const struct vns_login *login)
{
	VNS_AUTOVIEW struct vns_view view = VNS_VIEW_NONE;
	struct vns_error err;

	if (!login->vserver->root ||
	    vns_config_has_hook(doctor->config, login->vserver,
				VNS_LIFECYCLE_PRE_START)) {
		say_unknown(doctor, login);
		return;
	}
	if (vns_view_open(login->vserver, &view, &err) == 0) {
		look(doctor, login, &view);
		return;
	}
	vns_doctor_fail(doctor, "user-place", login->who.user,
			"mount or make what is missing, or correct the "
			"definition",
			"refused: vserver \"%s\" is stopped, and its start "
			"is refused: %s",
			login->vserver->name, err.text);
}
