/*
 * Checks what a vserver has for a user: the home, and a line of /etc/passwd
 * with the same number.
 */
#include "doctor/doctor.h"

#include "system/safefile.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* How much of the tenant's /etc/passwd is read; it may be of any size. */
#define PASSWD_MAX (4L * 1024 * 1024)

/*
 * Opens for reading what fd (O_PATH) is. Only regular files are opened:
 * otherwise one could wait for a FIFO's other end.
 */
static FILE *open_file(int fd)
{
	char link[64];
	struct stat st;
	int file;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	file = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return file < 0 ? NULL : fdopen(file, "r");
}

/* Finds the uid of name in a passwd(5) file. Returns false if it has none. */
static bool find_uid(FILE *stream, const char *name, unsigned long *uid)
{
	const size_t length = strlen(name);
	char line[1024];
	long read = 0;

	while (read < PASSWD_MAX && fgets(line, sizeof(line), stream)) {
		char *at = line + length + 1;

		read += (long)strlen(line);
		if (strncmp(line, name, length) != 0 || line[length] != ':')
			continue;
		at += strcspn(at, ":");
		at += *at == ':';
		at[strcspn(at, ":\n")] = '\0';
		return vns_util_number(at, 4294967295UL, uid);
	}
	return false;
}

void vns_doctor_inside(struct vns_doctor *doctor, const struct vns_login *login,
		       int passwd)
{
	const struct passwd *pw = &login->account.pw;
	FILE *stream = open_file(passwd);
	unsigned long uid = 0;
	char remedy[256];
	bool found = stream && find_uid(stream, pw->pw_name, &uid);

	if (stream)
		(void)fclose(stream);
	if (found && uid == pw->pw_uid) {
		vns_doctor_pass(doctor, "user-inside", pw->pw_name,
				"has the same uid in vserver \"%s\"",
				login->vserver->name);
		return;
	}
	vns_util_format(remedy, sizeof(remedy),
			"\"vns exec %s -- %s -u %lu %s\", or let the vserver "
			"ask the directory service",
			login->vserver->name, found ? "usermod" : "useradd",
			(unsigned long)pw->pw_uid, pw->pw_name);
	if (found)
		vns_doctor_warn(doctor, "user-inside", pw->pw_name, remedy,
				"has uid %lu in /etc/passwd of vserver "
				"\"%s\", but %lu on the host, and the host's "
				"number counts",
				uid, login->vserver->name,
				(unsigned long)pw->pw_uid);
	else
		vns_doctor_warn(doctor, "user-inside", pw->pw_name, remedy,
				"is not in /etc/passwd of vserver \"%s\": "
				"programs inside see a number without a name",
				login->vserver->name);
}

void vns_doctor_home_there(struct vns_doctor *doctor,
			   const struct vns_login *login, bool there)
{
	const struct passwd *pw = &login->account.pw;
	const char *vserver = login->vserver->name;
	char remedy[256];

	if (there) {
		vns_doctor_pass(doctor, "user-home", pw->pw_name,
				"home %s is there in vserver \"%s\"",
				pw->pw_dir, vserver);
		return;
	}
	vns_util_format(remedy, sizeof(remedy),
			"\"vns mkhome %s %s\", or the hook mkhome", vserver,
			pw->pw_name);
	vns_doctor_warn(doctor, "user-home", pw->pw_name, remedy,
			"home %s is missing in vserver \"%s\": sessions "
			"begin in /",
			pw->pw_dir, vserver);
}
