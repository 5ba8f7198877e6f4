/*
 * bench ROUNDS USER:SERVICE...
 *
 * Opens ROUNDS sessions of each, one of each in turn so that all see the same
 * machine, each in a child of its own: entering cannot be undone. Prints for
 * each "USER:SERVICE OPEN WHOLE": the lower quartiles, in nanoseconds, of
 * pam_open_session and of all from pam_start to pam_end. "USER:-" is no PAM
 * at all but what a login asks libc for anyway: the account and its groups. The
 * process has looked the user up and written to the log before, as sshd, su and
 * login have.
 */
#define _GNU_SOURCE
#include <grp.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

struct sample {
	long open, whole;
};

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static int converse(int count, const struct pam_message **messages,
		    struct pam_response **responses, void *data)
{
	int i;

	(void)data;
	for (i = 0; i < count; i++)
		fprintf(stderr, "bench: %s\n", messages[i]->msg);
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int session(const char *user, const char *service, struct sample *sample)
{
	const struct pam_conv conversation = { converse, NULL };
	pam_handle_t *pamh = NULL;
	long start, before, after;
	int rc;

	if (!getpwnam(user))
		return PAM_USER_UNKNOWN;
	syslog(LOG_AUTHPRIV | LOG_DEBUG, "a session of %s begins", user);
	start = now();
	rc = pam_start(service, user, &conversation, &pamh);
	if (rc == PAM_SUCCESS)
		rc = pam_acct_mgmt(pamh, 0);
	before = now();
	if (rc == PAM_SUCCESS)
		rc = pam_open_session(pamh, 0);
	after = now();
	if (rc == PAM_SUCCESS)
		rc = pam_close_session(pamh, 0);
	pam_end(pamh, rc);
	sample->open = after - before;
	sample->whole = now() - start;
	return rc;
}

static int lookup(const char *user, struct sample *sample)
{
	long start = now();
	const struct passwd *pw = getpwnam(user);
	gid_t groups[64];
	int count = 64;

	if (!pw || getgrouplist(user, pw->pw_gid, groups, &count) < 0)
		return -1;
	sample->open = sample->whole = now() - start;
	return 0;
}

static void run(const char *what, struct sample *sample)
{
	const char *service = strchr(what, ':');
	char *user = strndup(what, (size_t)(service - what));
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(strcmp(++service, "-") == 0 ?
			      lookup(user, sample) != 0 :
			      session(user, service, sample) != 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		fprintf(stderr, "bench: %s failed\n", what);
		exit(1);
	}
	free(user);
}

static int compare(const void *a, const void *b)
{
	long first = *(const long *)a, second = *(const long *)b;

	return (first > second) - (first < second);
}

static long lower_quartile(const struct sample *samples, int rounds, int whole)
{
	long *values = calloc((size_t)rounds, sizeof(*values)), result;
	int i;

	if (!values)
		exit(1);
	for (i = 0; i < rounds; i++)
		values[i] = whole ? samples[i].whole : samples[i].open;
	qsort(values, (size_t)rounds, sizeof(*values), compare);
	result = values[rounds / 4];
	free(values);
	return result;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0;
	int count = argc - 2, i, k;
	struct sample *samples;

	for (k = 0; k < count; k++)
		if (!strchr(argv[k + 2], ':'))
			rounds = 0;
	if (rounds < 1 || count < 1) {
		fprintf(stderr, "usage: bench ROUNDS USER:SERVICE...\n");
		return 2;
	}
	samples = mmap(NULL, (size_t)(rounds * count) * sizeof(*samples),
		       PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		       0);
	if (samples == MAP_FAILED)
		return 1;
	for (i = 0; i < rounds; i++)
		for (k = 0; k < count; k++)
			run(argv[k + 2], &samples[k * rounds + i]);
	for (k = 0; k < count; k++)
		printf("%s %ld %ld\n", argv[k + 2],
		       lower_quartile(samples + k * rounds, rounds, 0),
		       lower_quartile(samples + k * rounds, rounds, 1));
	return 0;
}
