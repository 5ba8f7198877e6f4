/*
 * Checks servers for ftp, whose users are on the host where they open no
 * session, or let somebody in whom PAM has refused.
 */
#include "doctor/doctor.h"

#include "pamd/judge.h"

#include <ctype.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define ID "door-ftp"
/* How deep a file that is included can include others. */
#define DEPTH_MAX 4

/* Says that a server does not ask pam_vns.so. Returns whether that is so. */
static bool is_unwired(struct vns_doctor *doctor, const char *server,
		       const char *service)
{
	char remedy[128];

	if (!vns_doctor_unwired(service))
		return false;
	vns_util_format(remedy, sizeof(remedy), "\"vns enable %s\"", service);
	vns_doctor_warn(doctor, ID, server, remedy,
			"does not ask pam_vns.so: its users are on the host");
	return true;
}

/* --- vsftpd --------------------------------------------------------------- */

/* It only opens sessions if it is told to. */
static void check_vsftpd(struct vns_doctor *doctor)
{
	static const char *const paths[] = { "/etc/vsftpd.conf",
					     "/etc/vsftpd/vsftpd.conf" };
	const char *path = vns_doctor_first(paths, VNS_COUNT(paths));
	FILE *file = path ? fopen(path, "re") : NULL;
	char line[512];
	bool sessions = false;

	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (strncasecmp(line, "session_support=", 16) == 0)
			sessions = strncasecmp(line + 16, "yes", 3) == 0;
	(void)!fclose(file);
	if (is_unwired(doctor, "vsftpd", "vsftpd"))
		return;
	if (!sessions)
		vns_doctor_fail(doctor, ID, "vsftpd",
				"\"session_support=YES\" in its configuration",
				"opens no sessions: its users are on the host");
	else
		vns_doctor_pass(doctor, ID, "vsftpd",
				"asks pam_vns.so, and opens sessions");
}

/* --- proftpd -------------------------------------------------------------- */

/* What its files say; of one directive the last one counts. */
struct proftpd {
	char service[64];
	bool off;     /* AuthPAM off, for some of its servers at least */
	bool ordered; /* there is an AuthOrder */
	bool first;   /* mod_auth_pam.c comes first in it */
	bool final;   /* and whom it refuses, nobody else is asked about */
};

static void read_file(struct proftpd *found, const char *path, int depth);

static void read_included(struct proftpd *found, const char *pattern, int depth)
{
	char below[PATH_MAX];
	glob_t files = { .gl_pathc = 0 };
	struct stat st;
	size_t i;

	/* A directory stands for all files in it. */
	if (!vns_util_format(
		    below, sizeof(below), "%s%s", pattern,
		    stat(pattern, &st) == 0 && S_ISDIR(st.st_mode) ? "/*" : ""))
		return;
	if (glob(below, 0, NULL, &files) == 0)
		for (i = 0; i < files.gl_pathc; i++)
			read_file(found, files.gl_pathv[i], depth + 1);
	globfree(&files);
}

/* Takes a directive, which is in lower case up to value, from its line. */
static void take_directive(struct proftpd *found, const char *name,
			   const char *value, int depth)
{
	if (strcasecmp(name, "include") == 0) {
		read_included(found, value, depth);
	} else if (strcasecmp(name, "authpam") == 0) {
		found->off = found->off || strcasecmp(value, "off") == 0;
	} else if (strcasecmp(name, "authpamconfig") == 0) {
		vns_util_format(found->service, sizeof(found->service), "%s",
				value);
	} else if (strcasecmp(name, "authorder") == 0) {
		found->ordered = true;
		found->first = strncmp(value, "mod_auth_pam.c",
				       strlen("mod_auth_pam.c")) == 0;
		found->final = found->first &&
			       value[strlen("mod_auth_pam.c")] == '*';
	}
}

static void read_file(struct proftpd *found, const char *path, int depth)
{
	FILE *file = depth < DEPTH_MAX ? fopen(path, "re") : NULL;
	char line[1024];

	while (file && fgets(line, sizeof(line), file)) {
		char *name = line + strspn(line, " \t");
		char *value = name + strcspn(name, " \t\r\n");
		size_t length;

		if (*value)
			*value++ = '\0';
		value += strspn(value, " \t\"");
		for (length = strcspn(value, "\r\n");
		     length > 0 && strchr(" \t\"", value[length - 1]);)
			length--;
		value[length] = '\0';
		take_directive(found, name, value, depth);
	}
	if (file)
		(void)!fclose(file);
}

/*
 * mod_auth_pam opens a session by itself. But whom it refuses, because the
 * account lines or a session line do, the next module is asked about; that is
 * mod_auth_unix, which reads shadow(5).
 */
static void check_proftpd(struct vns_doctor *doctor)
{
	static const char *const paths[] = { "/etc/proftpd/proftpd.conf",
					     "/etc/proftpd.conf" };
	static const char remedy[] =
		"\"AuthPAM on\" and \"AuthOrder mod_auth_pam.c* "
		"mod_auth_unix.c\" in its configuration";
	const char *path = vns_doctor_first(paths, VNS_COUNT(paths));
	struct proftpd found = { .service = "proftpd" };

	if (!path)
		return;
	read_file(&found, path, 0);
	if (is_unwired(doctor, "proftpd", found.service))
		return;
	if (found.off || (found.ordered && !found.first))
		vns_doctor_fail(doctor, ID, "proftpd", remedy,
				"%s: it asks others than PAM, and its users "
				"are on the host",
				found.off ? "AuthPAM is off" :
					    "AuthOrder does not begin with "
					    "mod_auth_pam.c");
	else if (!found.final)
		vns_doctor_fail(doctor, ID, "proftpd", remedy,
				"whom PAM refuses, it lets in by their line in "
				"/etc/shadow, on the host");
	else
		vns_doctor_pass(doctor, ID, "proftpd",
				"asks pam_vns.so, and nobody else where that "
				"refuses");
}

/* --- pure-ftpd ------------------------------------------------------------ */

/* Whether one of its two forms of configuration says yes to a key. */
static bool says_yes(const char *key)
{
	char path[PATH_MAX], line[512];
	FILE *file;
	bool yes = false;

	if (vns_util_format(path, sizeof(path), "/etc/pure-ftpd/conf/%s",
			    key) &&
	    vns_doctor_read(path, line, sizeof(line)))
		return strncasecmp(line + strspn(line, " \t"), "yes", 3) == 0;
	file = fopen("/etc/pure-ftpd/pure-ftpd.conf", "re");
	while (file && fgets(line, sizeof(line), file)) {
		const size_t length = strlen(key);

		if (strncasecmp(line, key, length) == 0 &&
		    isspace((unsigned char)line[length]))
			yes = strncasecmp(line + length +
						  strspn(line + length, " \t"),
					  "yes", 3) == 0;
	}
	if (file)
		(void)!fclose(file);
	return yes;
}

/* Whether the account lines refuse a user because they are placed. */
static bool refuses_placed(const char *service)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_error ignored;
	size_t i;

	if (vns_doctor_stack(service, VNS_PAMSTACK_ACCOUNT, &stack, &ignored) <
	    0)
		return false;
	for (i = 0; i + 1 < stack->count; i++)
		if (vns_pamstack_is(stack->rules[i].line, VNS_JUDGE_MODULE) &&
		    vns_pamstack_has(stack->rules[i].line, "placed?") &&
		    vns_pamstack_is(stack->rules[i + 1].line, "pam_deny.so"))
			return true;
	return false;
}

/*
 * It goes on where a session is refused, and ends the connection where one has
 * entered a vserver. So it is no server for users who are placed.
 */
static void check_pureftpd(struct vns_doctor *doctor)
{
	static const char remedy[] =
		"an /etc/pam.d/pure-ftpd that refuses placed users "
		"(pam_vns(8), "
		"SIDE DOORS), UnixAuthentication no, and another server";

	if (!vns_doctor_exists("/etc/pure-ftpd") ||
	    !vns_doctor_exists("/etc/pam.d/pure-ftpd"))
		return;
	if (says_yes("UnixAuthentication"))
		vns_doctor_fail(doctor, ID, "pure-ftpd", remedy,
				"UnixAuthentication is yes: it does not ask "
				"PAM, and its users are on the host");
	else if (refuses_placed("pure-ftpd"))
		vns_doctor_pass(doctor, ID, "pure-ftpd",
				"refuses placed users");
	else if (vns_doctor_unwired("pure-ftpd"))
		vns_doctor_warn(doctor, ID, "pure-ftpd", remedy,
				"does not ask pam_vns.so: its users are on the "
				"host");
	else
		vns_doctor_fail(doctor, ID, "pure-ftpd", remedy,
				"lets in, on the host, whom the session lines "
				"refuse, and serves nobody who is placed");
}

void vns_doctor_ftp(struct vns_doctor *doctor)
{
	check_vsftpd(doctor);
	check_proftpd(doctor);
	check_pureftpd(doctor);
}
