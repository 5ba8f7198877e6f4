/*
 * Checks cgroups' paths, and limits by a table of the kernel's files for them,
 * and parses what the kernel says of a cgroup.
 */
#include "lib/cgname.h"

#include "lib/util.h"

#include <limits.h>
#include <string.h>

#define WEIGHT_MAX 10000

static bool is_letter(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("_.@%-", c) != NULL);
}

static bool is_component(const char *start, size_t length)
{
	return length > 0 && length <= NAME_MAX &&
	       !(length == 1 && start[0] == '.') &&
	       !(length == 2 && start[0] == '.' && start[1] == '.');
}

bool vns_cgname_valid(const char *path)
{
	const char *start = path;
	const char *p;

	for (p = path; is_letter(*p) || *p == '/'; p++) {
		if (*p != '/')
			continue;
		if (!is_component(start, (size_t)(p - start)))
			return false;
		start = p + 1;
	}
	return !*p && is_component(start, (size_t)(p - start)) &&
	       p - path < PATH_MAX;
}

static const char *check_number(const char *value)
{
	unsigned long number;

	return vns_util_number(value, ULONG_MAX, &number) ? NULL :
							    "must be a number";
}

static const char *check_count(const char *value)
{
	return strcmp(value, "max") == 0 || !check_number(value) ?
		       NULL :
		       "must be a number or \"max\"";
}

static const char *check_size(const char *value)
{
	size_t digits = strspn(value, "0123456789");

	if (strcmp(value, "max") == 0 ||
	    (digits > 0 && digits < 20 &&
	     (!value[digits] ||
	      (strchr("kKmMgGtTpPeE", value[digits]) && !value[digits + 1]))))
		return NULL;
	return "must be a number of bytes, which can end in K, M, G or T, or "
	       "\"max\"";
}

static const char *check_namespaces(const char *value)
{
	unsigned long number;

	return vns_util_number(value, VNS_CGNAME_NAMESPACES_MAX, &number) ?
		       NULL :
		       "must be a number from 0 to 1000000";
}

static const char *check_flag(const char *value)
{
	return strcmp(value, "0") == 0 || strcmp(value, "1") == 0 ?
		       NULL :
		       "must be 0 or 1";
}

static const char *check_weight(const char *value)
{
	unsigned long number;

	return vns_util_number(value, WEIGHT_MAX, &number) && number > 0 ?
		       NULL :
		       "must be a number from 1 to 10000";
}

static const char *check_quota(const char *value)
{
	const char *space = strchrnul(value, ' ');
	char quota[24];

	if (vns_util_format(quota, sizeof(quota), "%.*s", (int)(space - value),
			    value) &&
	    !check_count(quota) && (!*space || !check_number(space + 1)))
		return NULL;
	return "must be the microseconds of CPU time in each period, and the "
	       "period's length: \"50000 100000\" is half a CPU";
}

static const char *check_ranges(const char *value)
{
	return *value && !value[strspn(value, "0123456789,-")] ?
		       NULL :
		       "must be a list like \"0-3,8\"";
}

static const char *check_text(const char *value)
{
	return *value ? NULL : "must not be empty";
}

#define SIZE check_size
#define COUNT check_count
#define NUMBER check_number
#define FLAG check_flag
#define WEIGHT check_weight
#define QUOTA check_quota
#define RANGES check_ranges
#define TEXT check_text
#define NAMESPACES check_namespaces
#define ENTRY(file, check) { file, check },

static const struct {
	const char *file;
	const char *(*check)(const char *value);
} limits[] = { VNS_CGNAME_LIMITS(ENTRY, ENTRY) };

const char *vns_cgname_limit_wrong(const char *file, const char *value)
{
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (strcmp(limits[i].file, file) == 0)
			return limits[i].check(value);
	return "cannot be checked";
}

bool vns_cgname_controller(const char *file,
			   char controller[VNS_CGNAME_CONTROLLER_MAX])
{
	return vns_util_format(controller, VNS_CGNAME_CONTROLLER_MAX, "%.*s",
			       (int)strcspn(file, "."), file) &&
	       strcmp(controller, "cgroup") != 0;
}

bool vns_cgname_namespace(const char *file, enum vns_ns *type)
{
	const char *name = file + strlen("user.max_");
	char word[16];

	return strncmp(file, "user.max_", strlen("user.max_")) == 0 &&
	       vns_util_format(word, sizeof(word), "%.*s",
			       (int)strcspn(name, "_"), name) &&
	       vns_nsname_find(word, type);
}

bool vns_cgname_listed(const char *list, const char *word)
{
	size_t length;

	for (; *list; list += length) {
		list += strspn(list, " \n");
		length = strcspn(list, " \n");
		if (length > 0 && length == strlen(word) &&
		    strncmp(list, word, length) == 0)
			return true;
	}
	return false;
}

/* For a cgroup outside the reader's cgroup namespace the text has "/../..". */
bool vns_cgname_of_process(const char *text, char *path, size_t size)
{
	const char *line =
		strncmp(text, "0::/", 4) == 0 ? text : strstr(text, "\n0::/");

	if (!line)
		return false;
	line = strchr(line, '/') + 1;
	return !(strcspn(line, "/\n") == 2 && strncmp(line, "..", 2) == 0) &&
	       vns_util_format(path, size, "%.*s", (int)strcspn(line, "\n"),
			       line);
}

/* "5:freezer:/a/b"; a hierarchy may have more: "4:cpu,cpuacct:/". */
bool vns_cgname_of_controller(const char *text, const char *controller,
			      char *path, size_t size)
{
	const size_t length = strlen(controller);
	const char *list, *end;

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		list = text + strspn(text, "0123456789");
		end = *list == ':' ? strpbrk(list + 1, ":\n") : NULL;
		if (!end || strncmp(end, ":/", 2) != 0)
			continue;
		for (list++; list < end; list += strcspn(list, ",:") + 1)
			if (strncmp(list, controller, length) == 0 &&
			    strchr(",:", list[length]))
				return vns_util_format(
					path, size, "%.*s",
					(int)strcspn(end + 2, "\n"), end + 2);
	}
	return false;
}

bool vns_cgname_within(const char *path, const char *other)
{
	size_t length = strlen(other);

	return strncmp(path, other, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}

bool vns_cgname_populated(const char *events)
{
	return strncmp(events, "populated 1\n", 12) == 0 ||
	       strstr(events, "\npopulated 1\n");
}
