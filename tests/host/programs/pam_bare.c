/*
 * What pam_vns would be without the rest: it joins the mount namespace pinned
 * at its argument, and that is all. It is kept to show that the attacks are
 * real: what fails against pam_vns.so succeeds against this.
 */
#include <fcntl.h>
#include <sched.h>
#include <security/pam_modules.h>
#include <unistd.h>

int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc,
			const char **argv)
{
	int fd = argc > 0 ? open(argv[0], O_RDONLY | O_CLOEXEC) : -1;
	int rc = fd < 0 ? -1 : setns(fd, CLONE_NEWNS);

	(void)pamh;
	(void)flags;
	if (fd >= 0)
		close(fd);
	return rc < 0 ? PAM_PERM_DENIED : PAM_SUCCESS;
}

int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc,
			 const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}
