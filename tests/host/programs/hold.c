/*
 * Many PAM sessions at once, each in a process of its own:
 *
 *	hold SERVICE USER COUNT		opens COUNT sessions, says so, and waits
 *			for the end of standard input. Then every other one is
 *			closed, and the rest just ends.
 *	hold -r SERVICE USER COUNT TEXT	opens COUNT sessions, one after the
 *			other, and runs "cat /MARKER" in each, which must print
 *			TEXT.
 *
 * Prints how many were opened, refused and wrong.
 */
#include <err.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int silence(int count, const struct pam_message **messages,
		   struct pam_response **responses, void *data)
{
	(void)messages;
	(void)data;
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int open_session(const char *service, const char *user,
			pam_handle_t **pamh)
{
	static const struct pam_conv conversation = { silence, NULL };

	if (pam_start(service, user, &conversation, pamh) != PAM_SUCCESS)
		return PAM_ABORT;
	return pam_open_session(*pamh, 0);
}

static int close_session(pam_handle_t *pamh)
{
	int rc = pam_close_session(pamh, 0);

	return pam_end(pamh, rc);
}

static _Noreturn void hold(const char *service, const char *user, int number,
			   int report, int until)
{
	pam_handle_t *pamh;
	int rc = open_session(service, user, &pamh);
	char word = rc == PAM_SUCCESS ? 'o' : 'r';

	if (write(report, &word, 1) != 1 || rc != PAM_SUCCESS)
		_exit(1);
	while (read(until, &word, 1) > 0)
		;
	_exit(number % 2 ? close_session(pamh) : 0);
}

static int hold_all(const char *service, const char *user, int count)
{
	int opened = 0, refused = 0, report[2], i;
	char word;

	if (pipe(report) < 0)
		err(2, "pipe");
	for (i = 0; i < count; i++) {
		pid_t pid = fork();

		if (pid < 0)
			err(2, "fork");
		if (pid == 0)
			hold(service, user, i, report[1], STDIN_FILENO);
		/*
		 * A few are opened at a time: if all were at once, they would
		 * wait for each other.
		 */
		if (i >= 8 && read(report[0], &word, 1) == 1)
			*(word == 'o' ? &opened : &refused) += 1;
	}
	while (opened + refused < count && read(report[0], &word, 1) == 1)
		*(word == 'o' ? &opened : &refused) += 1;
	printf("opened %d refused %d\n", opened, refused);
	fflush(stdout);
	while (wait(NULL) > 0)
		;
	return refused > 0;
}

/* Runs cat in the session, as a service runs a program. */
static int run_inside(const char *text)
{
	char found[128] = "";
	size_t used = 0;
	ssize_t count;
	int status, out[2];
	pid_t pid;

	if (pipe(out) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		close(out[0]);
		close(out[1]);
		execl("/bin/cat", "cat", "/MARKER", (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	while (used < sizeof(found) - 1 &&
	       (count = read(out[0], found + used, sizeof(found) - 1 - used)) >
		       0)
		used += (size_t)count;
	close(out[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return -1;
	found[strcspn(found, "\n")] = '\0';
	return strcmp(found, text);
}

static int race(const char *service, const char *user, int count,
		const char *text)
{
	int inside = 0, refused = 0, wrong = 0, i;

	for (i = 0; i < count; i++) {
		pid_t pid = fork();
		int status = -1;

		if (pid == 0) {
			pam_handle_t *pamh;

			if (open_session(service, user, &pamh) != PAM_SUCCESS)
				_exit(1);
			if (run_inside(text) != 0)
				_exit(2);
			_exit(close_session(pamh) == PAM_SUCCESS ? 0 : 3);
		}
		waitpid(pid, &status, 0);
		if (status == 0)
			inside++;
		else if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
			refused++;
		else
			wrong++;
	}
	printf("inside %d refused %d wrong %d\n", inside, refused, wrong);
	return wrong > 0;
}

int main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "-r") == 0)
		return race(argv[2], argv[3], atoi(argv[4]), argv[5]);
	if (argc == 4)
		return hold_all(argv[1], argv[2], atoi(argv[3]));
	errx(2, "wrong usage");
}
