/*
 * hold COUNT USER SERVICE
 *
 * Opens COUNT sessions, each in a child of its own, and keeps them open: prints
 * COUNT when all are, and ends them when standard input ends.
 */
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *data)
{
	int i;

	(void)data;
	for (i = 0; i < count; i++)
		fprintf(stderr, "hold: %s\n", messages[i]->msg);
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int hold(const char *user, const char *service, int opened, int stay)
{
	const struct pam_conv conversation = { converse, NULL };
	pam_handle_t *pamh = NULL;
	int rc = pam_start(service, user, &conversation, &pamh);
	char byte = 0;

	if (rc == PAM_SUCCESS)
		rc = pam_open_session(pamh, 0);
	if (rc != PAM_SUCCESS || write(opened, &byte, 1) != 1)
		return 1;
	return read(stay, &byte, 1) == 0 ? 0 : 1;
}

/* Returns whether the child's session is open. */
static bool begin(const char *user, const char *service, const int stay[2])
{
	int opened[2];
	char byte;
	bool is_open;
	pid_t pid;

	if (pipe(opened) < 0)
		return false;
	pid = fork();
	if (pid == 0) {
		close(opened[0]);
		close(stay[1]);
		_exit(hold(user, service, opened[1], stay[0]));
	}
	close(opened[1]);
	is_open = pid > 0 && read(opened[0], &byte, 1) == 1;
	close(opened[0]);
	return is_open;
}

int main(int argc, char **argv)
{
	int count = argc == 4 ? (int)strtol(argv[1], NULL, 10) : 0;
	int stay[2], i;
	char byte;

	if (count < 1 || pipe(stay) < 0) {
		fprintf(stderr, "usage: hold COUNT USER SERVICE\n");
		return 2;
	}
	for (i = 0; i < count; i++)
		if (!begin(argv[2], argv[3], stay)) {
			fprintf(stderr, "hold: session %d failed\n", i + 1);
			return 1;
		}
	printf("%d\n", count);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	close(stay[1]);
	while (wait(NULL) > 0)
		;
	return 0;
}
