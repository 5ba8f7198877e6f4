/*
 * Checks names and paths character by character, parses numbers without
 * overflow, and keeps lists of strings that end in NULL.
 */
#include "lib/util.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static bool is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

bool vns_util_name_valid(const char *name)
{
	size_t i;

	if (!name || (!is_alnum(name[0]) && name[0] != '%'))
		return false;
	for (i = 0; name[i]; i++)
		if (i >= VNS_NAME_MAX ||
		    (name[i] == '%' ?
			     !is_digit(name[i + 1]) || !is_digit(name[i + 2]) :
			     !is_alnum(name[i]) && !strchr("_.@-", name[i])))
			return false;
	return true;
}

bool vns_util_template(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && name[length - 1] == '@';
}

bool vns_util_path_dotted(const char *path)
{
	const char *part, *end;

	for (part = path;; part = end + 1) {
		end = strchrnul(part, '/');
		if ((end - part == 1 && part[0] == '.') ||
		    (end - part == 2 && part[0] == '.' && part[1] == '.'))
			return true;
		if (!*end)
			return false;
	}
}

bool vns_util_path_valid(const char *path)
{
	if (!path || path[0] != '/')
		return false;
	return path[1] == '\0' ||
	       (!strstr(path, "//") && path[strlen(path) - 1] != '/' &&
		!vns_util_path_dotted(path));
}

bool vns_util_path_normal(const char *path, char *dst, size_t size)
{
	size_t used = 0;

	if (path[0] != '/' || size < 2)
		return false;
	while (*path) {
		size_t length = strcspn(++path, "/");
		bool dot = length == 1 && *path == '.';

		if (length == 2 && strncmp(path, "..", 2) == 0)
			return false;
		if (length > 0 && !dot) {
			if (length > size - 2 || used > size - 2 - length)
				return false;
			dst[used++] = '/';
			memcpy(dst + used, path, length);
			used += length;
		}
		path += length;
	}
	if (used == 0)
		dst[used++] = '/';
	dst[used] = '\0';
	return true;
}

bool vns_util_number(const char *text, unsigned long max, unsigned long *value)
{
	unsigned long number = 0;

	if (!text || !*text)
		return false;
	for (; *text; text++) {
		unsigned long digit = (unsigned long)(*text - '0');

		if (*text < '0' || *text > '9' || number > max / 10)
			return false;
		number *= 10;
		if (digit > max - number)
			return false;
		number += digit;
	}
	*value = number;
	return true;
}

static bool is_octal(const char *text)
{
	return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' &&
	       text[1] <= '7' && text[2] >= '0' && text[2] <= '7';
}

bool vns_util_unescape(char *text)
{
	bool good = true;
	char *to = text;

	for (; *text; text++, to++) {
		*to = *text;
		if (*text != '\\')
			continue;
		if (!is_octal(text + 1) || strncmp(text + 1, "000", 3) == 0) {
			good = false;
			continue;
		}
		*to = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 |
			     (text[3] - '0'));
		text += 3;
	}
	*to = '\0';
	return good;
}

bool vns_util_format(char *buffer, size_t size, const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = vsnprintf(buffer, size, fmt, args);
	va_end(args);
	if (length >= 0 && (size_t)length < size)
		return true;
	buffer[0] = '\0';
	return false;
}

int vns_strings_add(struct vns_strings *list, const char *text)
{
	char **items =
		reallocarray(list->items, list->count + 2, sizeof(*items));

	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->count] = strdup(text);
	if (!items[list->count])
		return -ENOMEM;
	items[++list->count] = NULL;
	return 0;
}

int vns_strings_add_variable(struct vns_strings *list, const char *name,
			     const char *value)
{
	VNS_AUTOFREE char *text = NULL;

	if (asprintf(&text, "%s=%s", name, value) < 0) {
		text = NULL;
		return -ENOMEM;
	}
	return vns_strings_add(list, text);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void vns_strings_sort(struct vns_strings *list)
{
	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items), compare);
}

void vns_strings_unique(struct vns_strings *list)
{
	size_t i, kept = 0;

	vns_strings_sort(list);
	for (i = 0; i < list->count; i++) {
		if (kept > 0 &&
		    strcmp(list->items[kept - 1], list->items[i]) == 0)
			free(list->items[i]);
		else
			list->items[kept++] = list->items[i];
	}
	if (list->items)
		list->items[kept] = NULL;
	list->count = kept;
}

void vns_strings_free(struct vns_strings *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	list->items = NULL;
	list->count = 0;
}
