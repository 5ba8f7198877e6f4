/* Checks sshd's configuration as sshd itself reports it ("sshd -T"). */
#include "doctor/doctor.h"

#include "system/spawn.h"

#include <string.h>
#include <unistd.h>

#define SSHD "/usr/sbin/sshd"
/* sshd -T only reads files, but they may lie anywhere. In seconds. */
#define SSHD_TIMEOUT 10
#define SSHD_OUTPUT_MAX 262144

/* Finds the value of a line "keyword value", cut off at size; or NULL. */
static const char *find(const char *output, const char *keyword, char *value,
			size_t size)
{
	const size_t length = strlen(keyword);
	const char *line;

	for (line = output; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, keyword, length) != 0 || line[length] != ' ')
			continue;
		line += length + 1;
		vns_util_format(value, size, "%.*s", (int)strcspn(line, "\n"),
				line);
		return value;
	}
	return NULL;
}

static bool says(const char *output, const char *keyword, const char *wanted)
{
	char value[256];

	return find(output, keyword, value, sizeof(value)) &&
	       strcmp(value, wanted) == 0;
}

/* Finds the program of the subsystem, without its arguments. */
static void find_sftp(const char *output, struct vns_doctor_sshd *sshd)
{
	if (!find(output, "subsystem sftp", sshd->sftp, sizeof(sshd->sftp)))
		return;
	sshd->sftp[strcspn(sshd->sftp, " \t")] = '\0';
}

/* Each name of a list is on a line of its own. */
static void find_list(const char *output, const char *keyword,
		      struct vns_strings *list, bool *whole)
{
	const size_t length = strlen(keyword);
	const char *line;
	char name[256];

	for (line = output; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, keyword, length) != 0 || line[length] != ' ')
			continue;
		line += length + 1;
		if (!vns_util_format(name, sizeof(name), "%.*s",
				     (int)strcspn(line, "\n"), line) ||
		    vns_strings_add(list, name) < 0)
			*whole = false;
	}
}

static void find_lists(struct vns_doctor_sshd *sshd, const char *output)
{
	static const char *const keywords[VNS_DOCTOR_LISTS] = {
		[VNS_DOCTOR_DENY_USERS] = "denyusers",
		[VNS_DOCTOR_ALLOW_USERS] = "allowusers",
		[VNS_DOCTOR_DENY_GROUPS] = "denygroups",
		[VNS_DOCTOR_ALLOW_GROUPS] = "allowgroups",
	};
	size_t i;

	sshd->whole = strlen(output) < SSHD_OUTPUT_MAX - 1;
	for (i = 0; i < VNS_DOCTOR_LISTS; i++)
		find_list(output, keywords[i], &sshd->lists[i], &sshd->whole);
}

void vns_doctor_sshd_free(struct vns_doctor_sshd *sshd)
{
	size_t i;

	for (i = 0; i < VNS_DOCTOR_LISTS; i++)
		vns_strings_free(&sshd->lists[i]);
}

/* Finds how sshd lets in somebody who has no password. */
static void find_keys(struct vns_doctor_sshd *sshd, const char *output)
{
	static const char *const others[] = { "authorizedkeyscommand",
					      "trustedusercakeys" };
	char value[256];
	size_t i;

	if (!find(output, "authorizedkeysfile", sshd->keys,
		  sizeof(sshd->keys)) ||
	    strcmp(sshd->keys, "none") == 0 ||
	    !says(output, "pubkeyauthentication", "yes"))
		sshd->keys[0] = '\0';
	sshd->other_keys = says(output, "gssapiauthentication", "yes") ||
			   says(output, "kerberosauthentication", "yes") ||
			   says(output, "hostbasedauthentication", "yes");
	for (i = 0; i < VNS_COUNT(others); i++)
		if (find(output, others[i], value, sizeof(value)) &&
		    strcmp(value, "none") != 0)
			sshd->other_keys = true;
}

static void check_use(struct vns_doctor *doctor, const char *output)
{
	if (says(output, "usepam", "yes"))
		vns_doctor_pass(doctor, "sshd-pam", "sshd", "UsePAM yes");
	else
		vns_doctor_fail(doctor, "sshd-pam", "sshd",
				"\"UsePAM yes\" in sshd_config",
				"UsePAM is no: pam_vns.so is never asked, and "
				"everybody stays on the host");
}

static void check_sftp(struct vns_doctor *doctor)
{
	const char *sftp = doctor->sshd.sftp;

	if (!*sftp)
		vns_doctor_warn(doctor, "sshd-sftp", "sshd",
				"\"Subsystem sftp internal-sftp\"",
				"there is no sftp, nor the scp that uses it");
	else if (strcmp(sftp, "internal-sftp") == 0)
		vns_doctor_pass(doctor, "sshd-sftp", "sshd",
				"Subsystem sftp internal-sftp");
	else
		vns_doctor_warn(doctor, "sshd-sftp", "sshd",
				"\"Subsystem sftp internal-sftp\"",
				"Subsystem sftp is %s, which every vserver "
				"must have inside",
				sftp);
}

static void check_chroot(struct vns_doctor *doctor, const char *output)
{
	char directory[256];

	if (!find(output, "chrootdirectory", directory, sizeof(directory)) ||
	    strcmp(directory, "none") == 0) {
		vns_doctor_pass(doctor, "sshd-chroot", "sshd",
				"no ChrootDirectory");
		return;
	}
	vns_doctor_warn(doctor, "sshd-chroot", "sshd",
			"remove it for placed users (\"Match\"), or make "
			"that directory in every vserver, owned by root and "
			"writable by root alone",
			"ChrootDirectory %s is looked for inside the vserver, "
			"after it has been entered",
			directory);
}

static void check_environment(struct vns_doctor *doctor, const char *output)
{
	if (says(output, "permituserenvironment", "no"))
		vns_doctor_pass(doctor, "sshd-environment", "sshd",
				"PermitUserEnvironment no");
	else
		vns_doctor_warn(doctor, "sshd-environment", "sshd",
				"\"PermitUserEnvironment no\"",
				"users choose variables such as LD_PRELOAD for "
				"what sshd runs for them, a ForceCommand too");
}

/* sshd looks for keys before it opens the session, and so on the host. */
static void check_keys(struct vns_doctor *doctor, const char *output)
{
	char files[256];

	if (find(output, "authorizedkeysfile", files, sizeof(files)) &&
	    files[0] != '/' && strcmp(files, "none") != 0)
		doctor->sshd.keys_at_home = true;
	vns_doctor_pass(doctor, "sshd-keys", "sshd",
			doctor->sshd.keys_at_home ?
				"keys are looked for in the homes on the host" :
				"keys are looked for outside of the homes");
}

static void check_x11(struct vns_doctor *doctor, const char *output)
{
	struct vns_doctor_sshd *sshd = &doctor->sshd;

	sshd->x11 = says(output, "x11forwarding", "yes");
	if (!find(output, "xauthlocation", sshd->xauth, sizeof(sshd->xauth)) ||
	    sshd->xauth[0] != '/')
		sshd->xauth[0] = '\0';
	vns_doctor_pass(doctor, "sshd-x11", "sshd",
			sshd->x11 ? "X11Forwarding yes, if xauth is inside" :
				    "X11Forwarding no");
}

/* What follows from it for users whose password expires is said of them. */
static void find_keyboard(struct vns_doctor *doctor, const char *output)
{
	char methods[256];

	doctor->sshd.keyboard =
		says(output, "kbdinteractiveauthentication", "yes") &&
		(!find(output, "authenticationmethods", methods,
		       sizeof(methods)) ||
		 strcmp(methods, "any") == 0 ||
		 strstr(methods, "keyboard-interactive"));
}

static void read_settings(struct vns_doctor *doctor, const char *output)
{
	doctor->sshd.known = true;
	find_sftp(output, &doctor->sshd);
	find_lists(&doctor->sshd, output);
	find_keys(&doctor->sshd, output);
	check_use(doctor, output);
	check_sftp(doctor);
	check_chroot(doctor, output);
	check_environment(doctor, output);
	check_keys(doctor, output);
	check_x11(doctor, output);
	find_keyboard(doctor, output);
}

void vns_doctor_sshd(struct vns_doctor *doctor)
{
	char output[SSHD_OUTPUT_MAX] = "";
	char *const envp[] = { (char *)VNS_SPAWN_PATH, NULL };
	char *argv[] = { (char *)SSHD, (char *)"-T", NULL, NULL, NULL };
	char match[256] = "";
	struct vns_error err;

	if ((doctor->service && strcmp(doctor->service, "sshd") != 0) ||
	    access(SSHD, X_OK) < 0)
		return;
	/* If there is a user, "Match" blocks for this user count. */
	if (doctor->user && !strchr(doctor->user, ',') &&
	    vns_util_format(match, sizeof(match),
			    "user=%s,host=localhost,addr=127.0.0.1",
			    doctor->user)) {
		argv[2] = (char *)"-C";
		argv[3] = match;
	}
	if (vns_spawn_run(argv, envp, SSHD_TIMEOUT, output, sizeof(output),
			  &err) == 0) {
		read_settings(doctor, output);
		return;
	}
	output[strcspn(output, "\r\n")] = '\0';
	vns_doctor_warn(doctor, "sshd-config", "sshd",
			"correct what sshd complains about, and check with "
			"\"sshd -t\"",
			"\"sshd -T\" failed, so its settings are unknown: %s%s"
			"%s",
			err.text, *output ? ": " : "", output);
}
