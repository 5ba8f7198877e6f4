/*
 * unwind SERVICE USER: opens a session of USER, and then has libc load what it
 * loads on demand.
 */
#include <execinfo.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>

static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *context)
{
	(void)messages;
	(void)context;
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

int main(int argc, char **argv)
{
	const struct pam_conv conversation = { converse, NULL };
	pam_handle_t *pamh = NULL;
	void *calls[8];

	if (argc != 3 ||
	    pam_start(argv[1], argv[2], &conversation, &pamh) != PAM_SUCCESS ||
	    pam_open_session(pamh, 0) != PAM_SUCCESS)
		return 1;
	puts(backtrace(calls, 8) > 0 ? "known" : "unknown");
	return 0;
}
