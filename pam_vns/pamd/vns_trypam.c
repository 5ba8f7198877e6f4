/*
 * Checks whether root passes the account phase of a service's stack, which is
 * in a directory of its own: vns-trypam DIRECTORY SERVICE. If root does not
 * pass, it prints the reason and exits with 1. With a USER and an RHOST (may be
 * empty) behind that, it prints what this user gets, "CODE REASON", and exits
 * with 0. This is a program of its own because modules are anybody's: what they
 * do to their process is not done to vns, which is not linked to libpam.
 */
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Answers nothing, as nobody is there to answer; messages go to the log anyway.
 */
static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *data)
{
	int i;

	(void)data;
	for (i = 0; i < count; i++)
		if (messages[i]->msg_style != PAM_TEXT_INFO &&
		    messages[i]->msg_style != PAM_ERROR_MSG)
			return PAM_CONV_ERR;
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

int main(int argc, char **argv)
{
	const struct pam_conv conv = { converse, NULL };
	pam_handle_t *pamh = NULL;
	const bool of_user = argc == 5;
	int rc;

	if (argc != 3 && !of_user)
		return 2;
	rc = pam_start_confdir(argv[2], of_user ? argv[3] : "root", &conv,
			       argv[1], &pamh);
	if (rc == PAM_SUCCESS && of_user && *argv[4])
		rc = pam_set_item(pamh, PAM_RHOST, argv[4]);
	if (rc == PAM_SUCCESS)
		rc = pam_acct_mgmt(pamh, PAM_SILENT);
	if (of_user)
		printf("%d ", rc);
	if (of_user || rc != PAM_SUCCESS)
		puts(pam_strerror(pamh, rc));
	if (pamh)
		pam_end(pamh, rc);
	return of_user ? 0 : rc != PAM_SUCCESS;
}
