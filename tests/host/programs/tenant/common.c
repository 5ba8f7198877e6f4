/*
 * Notes what has come of an attack, and opens and reads what several of them
 * need.
 */
#include "tenant.h"

char detail[512];

void note(const char *text)
{
	size_t length = strlen(detail);

	snprintf(detail + length, sizeof(detail) - length, " %s", text);
}

int done_if(long rc)
{
	return rc < 0 ? -errno : 0;
}

int number(const char *text)
{
	return (int)strtol(text, NULL, 0);
}

/* Whether / is the host's or another tenant's, which have these files. */
bool is_outside(void)
{
	if (access("/HOST-ONLY", F_OK) < 0 && access("/OTHER-ONLY", F_OK) < 0)
		return false;
	note("outside");
	return true;
}

int pidfd_open(const char *pid)
{
	return (int)syscall(SYS_pidfd_open, number(pid), 0);
}

const struct kind kinds[KINDS] = {
	{ "user", CLONE_NEWUSER },     { "mnt", CLONE_NEWNS },
	{ "pid", CLONE_NEWPID },       { "net", CLONE_NEWNET },
	{ "ipc", CLONE_NEWIPC },       { "uts", CLONE_NEWUTS },
	{ "cgroup", CLONE_NEWCGROUP },
};
