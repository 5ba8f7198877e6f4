/* Says in one table which fields a question has, for packing and unpacking. */
#include "wire/ask.h"

#include "wire/form.h"

#include <string.h>

static bool is_some(const char *text)
{
	return *text != '\0';
}

static bool is_path(const char *text)
{
	return *text == '/';
}

#define ROW(KEY, MEMBER, TYPE, ...)                         \
	{                                                   \
		.key = (KEY), .type = VNS_FORM_##TYPE,      \
		.offset = offsetof(struct vns_ask, MEMBER), \
		.kinds = VNS_FORM_ANY, __VA_ARGS__          \
	}
#define NEEDED .needed = VNS_FORM_ANY

static const struct vns_form_row rows[] = {
	ROW("phase", phase, NUMBER, .max = VNS_ASK_PLACED),
	ROW("debug", debug, FLAG),
	ROW("config", config, TEXT, .valid = is_path, NEEDED),
	ROW("user", who.user, TEXT, .valid = is_some, NEEDED),
	ROW("ruser", who.ruser, TEXT, .valid = is_some),
	ROW("service", who.service, TEXT, .valid = is_some, NEEDED),
	ROW("tty", who.tty, TEXT, .valid = is_some),
	ROW("rhost", who.rhost, TEXT, .valid = is_some),
	ROW("cwd", cwd, TEXT, .valid = is_path),
	ROW("terminal", terminal, TEXT, .valid = is_path),
	ROW("reopens", reopens, FLAG),
	ROW("stays", stays, FLAG),
	ROW("attempt", attempt, TEXT, .valid = is_some),
	ROW("retry", retry, FLAG),
};

static const struct vns_form form = {
	.name = "what the module asks",
	.sender = VNS_VERSION_MODULE,
	.max = VNS_ASK_MAX,
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

int vns_ask_pack(const struct vns_ask *ask, char **text, size_t *length,
		 struct vns_error *err)
{
	return vns_form_pack(&form, ask, text, length, err);
}

int vns_ask_unpack(const char *text, size_t length, struct vns_strings *fields,
		   struct vns_ask *ask, struct vns_error *err)
{
	*ask = (struct vns_ask){ 0 };
	/* All strings of ask are parts of one. */
	fields->items = calloc(2, sizeof(*fields->items));
	if (!fields->items)
		return vns_error_memory(err);
	fields->count = 1;
	return vns_form_unpack(&form, text, length, &fields->items[0], ask,
			       err);
}
