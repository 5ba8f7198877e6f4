/*
 * Picks fields out of a pid file, /proc/PID/stat, or a line of mountinfo, and
 * knows sshd by its title.
 */
#include "lib/procfs.h"

#include "lib/util.h"

#include <limits.h>
#include <string.h>

#define TERMINAL_FIELD 7
#define START_FIELD 22

static const char space[] = " \t\r\n";

/* Parses the next word, and leaves *text behind it. */
static bool take_number(const char **text, unsigned long max,
			unsigned long *number)
{
	char word[24];
	size_t length;

	*text += strspn(*text, space);
	length = strcspn(*text, space);
	if (length >= sizeof(word))
		return false;
	memcpy(word, *text, length);
	word[length] = '\0';
	*text += length;
	return vns_util_number(word, max, number);
}

bool vns_procfs_parse_pidfile(const char *text, int *pid)
{
	unsigned long number;

	if (!take_number(&text, INT_MAX, &number) || number <= 1)
		return false;
	*pid = (int)number;
	return true;
}

static bool is_over(const char *text)
{
	return text[strspn(text, space)] == '\0';
}

enum vns_procfs_claim vns_procfs_parse_claim(const char *text, int *pid,
					     bool *exact,
					     unsigned long long *ticks)
{
	unsigned long number, start = 0;

	if (is_over(text))
		return VNS_PROCFS_CLAIM_NONE;
	if (!take_number(&text, INT_MAX, &number))
		return VNS_PROCFS_CLAIM_WRONG;
	*exact = !is_over(text);
	if (number == 0 && !*exact)
		return VNS_PROCFS_CLAIM_NONE;
	if (number <= 1 || (*exact && (!take_number(&text, ULONG_MAX, &start) ||
				       !is_over(text))))
		return VNS_PROCFS_CLAIM_WRONG;
	*pid = (int)number;
	*ticks = start;
	return VNS_PROCFS_CLAIM_PROCESS;
}

/* Returns what is behind a key and blanks on a line that begins with it. */
static const char *find_value(const char *text, const char *key)
{
	const size_t length = strlen(key);

	while (text && strncmp(text, key, length) != 0) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return text ? text + length + strspn(text + length, " \t") : NULL;
}

bool vns_procfs_parse_pidfd(const char *text, int *pid)
{
	const char *value = find_value(text, "Pid:");

	return value && vns_procfs_parse_pidfile(value, pid);
}

bool vns_procfs_find_number(const char *text, const char *key, int base,
			    unsigned long long *number)
{
	const char *value = find_value(text, key);
	char *end = NULL;

	if (!value || strspn(value, "0123456789abcdef") == 0)
		return false;
	*number = strtoull(value, &end, base);
	return end != value && (*end == '\n' || *end == '\0');
}

/* Finds a number in /proc/PID/stat, which is not the first two fields. */
static bool find_number(const char *stat, int number, unsigned long long *value)
{
	const char *at = strrchr(stat, ')');
	int field;
	char *end;

	if (!at)
		return false;
	at++;
	for (field = 3; field < number; field++) {
		at += strspn(at, " ");
		at += strcspn(at, " ");
	}
	at += strspn(at, " ");
	if (*at < '0' || *at > '9')
		return false;
	*value = strtoull(at, &end, 10);
	return *end == ' ' || *end == '\n' || *end == '\0';
}

bool vns_procfs_parse_start(const char *stat, unsigned long long *ticks)
{
	return find_number(stat, START_FIELD, ticks);
}

/* The number is as new_encode_dev() of the kernel writes it. */
bool vns_procfs_parse_terminal(const char *stat, unsigned *major,
			       unsigned *minor)
{
	unsigned long long number;

	if (!find_number(stat, TERMINAL_FIELD, &number) || number == 0 ||
	    number > UINT_MAX)
		return false;
	*major = (unsigned)(number >> 8) & 0xfff;
	*minor = ((unsigned)number & 0xff) |
		 ((unsigned)(number >> 12) & 0xfff00);
	return true;
}

bool vns_procfs_is_monitor(const char *title)
{
	static const char start[] = "sshd", end[] = " [priv]";
	const size_t length = strlen(title);

	return strncmp(title, start, strlen(start)) == 0 &&
	       strstr(title, ": ") && length > strlen(end) &&
	       strcmp(title + length - strlen(end), end) == 0;
}

bool vns_procfs_parse_mount(char *line, struct vns_procfs_mount *mount)
{
	enum { ROOT = 3, TARGET = 4, OPTIONS = 5, FIXED = 6 };
	char *save = NULL, *word;
	int field, after = 0;

	memset(mount, 0, sizeof(*mount));
	word = strtok_r(line, " \n", &save);
	for (field = 0; word; field++, word = strtok_r(NULL, " \n", &save)) {
		/* Linux writes no other backslashes. */
		(void)vns_util_unescape(word);
		if (field == 0)
			mount->id = word;
		else if (field == ROOT)
			mount->root = word;
		else if (field == TARGET)
			mount->target = word;
		else if (field == OPTIONS)
			mount->options = word;
		else if (field >= FIXED && !after && strcmp(word, "-") == 0)
			after = field;
		else if (field >= FIXED && !after)
			mount->shared |= strncmp(word, "shared:", 7) == 0;
		else if (after && field == after + 1)
			mount->type = word;
		else if (after && field == after + 2)
			mount->source = word;
	}
	return mount->source != NULL;
}
