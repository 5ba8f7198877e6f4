/*
 * A terminal that answers so late:
 *	answer MILLISECONDS [-m] PROGRAM [ARGUMENT...]
 * to ENQ with "evil" and a newline, as many terminals can be told to, and to
 * the question for the column of the cursor (not with -m: mute). When it has
 * read DONE, somebody types "mine" and a newline.
 */
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ANSWERS 256

static struct {
	char text[16];
	long due;
} answers[ANSWERS];
static int first, last;
static long delay;

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void answer(const char *text)
{
	if (last == ANSWERS)
		exit(3);
	snprintf(answers[last].text, sizeof(answers[last].text), "%s", text);
	answers[last++].due = now() + delay;
}

/* Follows the cursor as far as its column is asked for. */
static void see(char c, int mute)
{
	static char seen[16];
	static int column = 1;
	char text[16];
	int right;

	memmove(seen, seen + 1, sizeof(seen) - 2);
	seen[sizeof(seen) - 2] = c;
	if (c == '\005')
		answer("evil\n");
	if (c == '\r')
		column = 1;
	if (c == 'C' && strrchr(seen, '[') &&
	    sscanf(strrchr(seen, '['), "[%dC", &right) == 1)
		column += right;
	if (strcmp(seen + sizeof(seen) - 5, "\033[6n") == 0 && !mute) {
		snprintf(text, sizeof(text), "\033[1;%dR", column);
		answer(text);
	}
	if (strcmp(seen + sizeof(seen) - 5, "DONE") == 0)
		answer("mine\n");
}

static int wait_ms(void)
{
	long left = first < last ? answers[first].due - now() : 1000;

	return left < 0 ? 0 : (int)left;
}

int main(int argc, char **argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	const int mute = argc > 2 && strcmp(argv[2], "-m") == 0;
	char buffer[4096];
	int master, status;
	pid_t pid;

	if (argc < 3 + mute)
		return 2;
	delay = atol(argv[1]);
	pid = forkpty(&master, NULL, NULL, &size);
	if (pid < 0)
		return 2;
	if (pid == 0) {
		execvp(argv[2 + mute], argv + 2 + mute);
		_exit(127);
	}
	for (;;) {
		struct pollfd fds = { .fd = master, .events = POLLIN };
		ssize_t i, count;

		if (poll(&fds, 1, wait_ms()) > 0) {
			count = read(master, buffer, sizeof(buffer));
			if (count <= 0)
				break;
			if (write(1, buffer, (size_t)count) != count)
				return 3;
			for (i = 0; i < count; i++)
				see(buffer[i], mute);
		}
		for (; first < last && answers[first].due <= now(); first++)
			if (write(master, answers[first].text,
				  strlen(answers[first].text)) < 0)
				return 3;
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}
