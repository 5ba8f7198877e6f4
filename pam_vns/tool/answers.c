/*
 * Asks the terminal something itself: terminals answer in order, so what comes
 * after that answer is not an answer to anything that was printed before.
 */
#include "tool/answers.h"

#include "system/deadline.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

/* A terminal that does not answer is waited for so long. */
#define LIMIT_MS 2000
/* How many columns are asked for. */
#define ASKED 10

#define ENQ '\005'
#define ESCAPE '\033'

/* The columns that are asked for, and what has been read of the answers. */
struct answers {
	unsigned columns[ASKED];
	size_t found;
	unsigned number; /* the one that is being read */
	bool reading;
};

/* In UTF-8, the second half of other characters looks like an escape, too. */
bool vns_answers_asked(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (text[i] == ENQ || text[i] == ESCAPE ||
		    ((unsigned char)text[i] & 0xe0) == 0x80)
			return true;
	return false;
}

/*
 * What was printed before may have asked the same many times. It cannot have
 * known these columns.
 */
static void choose(struct answers *answers, int terminal)
{
	unsigned char random[ASKED] = { 0 };
	struct winsize size = { 0 };
	unsigned width;
	size_t i;

	(void)ioctl(terminal, TIOCGWINSZ, &size);
	/* So few columns can be guessed: it will not answer with these. */
	width = size.ws_col >= 16 ? size.ws_col : 80;
	(void)!getrandom(random, sizeof(random), 0);
	for (i = 0; i < ASKED; i++)
		answers->columns[i] = 2 + random[i] % (width - 1);
}

/* Saves the cursor, asks for its column after each move, and puts it back. */
static void ask(const struct answers *answers, int screen)
{
	struct pollfd fds = { .fd = screen, .events = POLLOUT };
	char text[ASKED * 16 + 8] = "\0337";
	size_t i, length = strlen(text);

	for (i = 0; i < ASKED; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "\r\033[%uC\033[6n",
					   answers->columns[i] - 1);
	length +=
		(size_t)snprintf(text + length, sizeof(text) - length, "\0338");
	if (poll(&fds, 1, LIMIT_MS) == 1)
		(void)!write(screen, text, length);
}

static void take(struct answers *answers, unsigned column)
{
	if (column == answers->columns[answers->found])
		answers->found++;
	else
		answers->found = column == answers->columns[0];
}

/* An answer is "ESC [ ROW ; COLUMN R". */
static void parse(struct answers *answers, char c)
{
	if (c == ';') {
		answers->reading = true;
		answers->number = 0;
	} else if (answers->reading && c >= '0' && c <= '9') {
		answers->number =
			answers->number % 10000 * 10 + (unsigned)(c - '0');
	} else {
		if (answers->reading && c == 'R')
			take(answers, answers->number);
		answers->reading = false;
	}
}

/* Returns false if nothing more can be read. */
static bool read_some(struct answers *answers, int terminal)
{
	char text[1024];
	ssize_t i, count = read(terminal, text, sizeof(text));

	for (i = 0; i < count && answers->found < ASKED; i++)
		parse(answers, text[i]);
	/* Nothing can where it was opened for writing. */
	if (count < 0 && errno == EBADF)
		poll(NULL, 0, LIMIT_MS);
	return count > 0;
}

static bool is_dumb(void)
{
	const char *type = getenv("TERM");

	return !type || !*type || strcmp(type, "dumb") == 0;
}

void vns_answers_discard(int terminal, int screen)
{
	const int64_t deadline = vns_deadline_now() + LIMIT_MS;
	const bool answering = !is_dumb();
	struct answers answers = { 0 };

	if (answering) {
		choose(&answers, terminal);
		ask(&answers, screen);
	}
	while (answering && answers.found < ASKED &&
	       vns_deadline_wait(terminal, deadline) == 0 &&
	       read_some(&answers, terminal))
		;
	tcflush(terminal, TCIFLUSH);
}
