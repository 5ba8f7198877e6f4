/*
 * Joins continued lines, splits them into words as libpam does, and turns a
 * control into an action for each code that a module may return.
 */
#include "pamd/parse.h"

#include <string.h>
#include <strings.h>

#define BLANKS " \t\n"
/*
 * Above this Linux-PAM before 1.6 gives up on the file, or takes the rest for a
 * line.
 */
#define LINE_LONGEST 1000
#define UNSET 1000000
#define JUMP_MAX 1000

struct text {
	const char *bytes;
	size_t length, at;
	unsigned number; /* of the line that was taken last */
	const char *path;
	struct vns_error *err;
};

static int complain(const struct text *text, const char *why)
{
	return vns_error_set(text->err, EINVAL, "%s:%u: %s", text->path,
			     text->number, why);
}

/*
 * Works as strtok_r(), but "[...]" is one word, returned without the brackets,
 * in which "\]" stands for "]". Returns NULL at the end.
 */
static char *take_word(char **rest)
{
	char *from = *rest + strspn(*rest, BLANKS), *to, *end;

	*rest = from;
	if (!*from)
		return NULL;
	if (*from != '[') {
		end = from + strcspn(from, BLANKS);
		*rest = end + (*end != '\0');
		*end = '\0';
		return from;
	}
	for (to = end = ++from; *end && *end != ']'; to++, end++) {
		if (end[0] == '\\' && end[1] == ']')
			end++;
		*to = *end;
	}
	*rest = end + (*end != '\0');
	*to = '\0';
	return from;
}

static void set_rest(int *actions, int action)
{
	size_t i;

	for (i = 0; i < VNS_PAMSTACK_CODES; i++)
		if (actions[i] == UNSET)
			actions[i] = action;
}

/* Finds which of the words text begins with; returns count if none. */
static size_t find_word(const char *const *words, size_t count,
			const char **text)
{
	size_t i;

	for (i = 0; i < count; i++) {
		size_t length = strlen(words[i]);

		if (strncmp(words[i], *text, length) == 0) {
			*text += length;
			return i;
		}
	}
	return count;
}

static bool take_jump(const char **text, int *jump)
{
	*jump = 0;
	for (; **text >= '0' && **text <= '9'; (*text)++)
		if (*jump <= JUMP_MAX)
			*jump = *jump * 10 + (**text - '0');
	return *jump > 0 && *jump <= JUMP_MAX;
}

#define SPACES " \t\n\v\f\r"

/* The names of the codes in Linux-PAM's order, and the one for all others. */
static const char *const codes[VNS_PAMSTACK_CODES + 1] = {
	"success",
	"open_err",
	"symbol_err",
	"service_err",
	"system_err",
	"buf_err",
	"perm_denied",
	"auth_err",
	"cred_insufficient",
	"authinfo_unavail",
	"user_unknown",
	"maxtries",
	"new_authtok_reqd",
	"acct_expired",
	"session_err",
	"cred_unavail",
	"cred_expired",
	"cred_err",
	"no_module_data",
	"conv_err",
	"authtok_err",
	"authtok_recover_err",
	"authtok_lock_busy",
	"authtok_disable_aging",
	"try_again",
	"ignore",
	"abort",
	"authtok_expired",
	"module_unknown",
	"bad_item",
	"conv_again",
	"incomplete",
	"default",
};

/* Parses "code=action ...". The caller has marked all actions as unset. */
static bool parse_actions(const char *text, int *actions)
{
	static const char *const names[] = { "ignore", "ok",  "done",
					     "bad",    "die", "reset" };
	const size_t known = sizeof(names) / sizeof(names[0]);

	for (text += strspn(text, SPACES); *text;
	     text += strspn(text, SPACES)) {
		size_t code = find_word(codes, VNS_PAMSTACK_CODES + 1, &text);
		size_t name;
		int action;

		text += strspn(text, SPACES);
		if (code > VNS_PAMSTACK_CODES || *text != '=')
			return false;
		text++;
		text += strspn(text, SPACES);
		name = find_word(names, known, &text);
		action = -(int)name;
		if (name == known && !take_jump(&text, &action))
			return false;
		if (code < VNS_PAMSTACK_CODES)
			actions[code] = action;
		else
			set_rest(actions, action);
	}
	return true;
}

#define NEW_TOKEN 12 /* new_authtok_reqd */

/* Sets the actions that a control word, such as "required", stands for. */
static bool parse_control(struct vns_pamstack_line *line)
{
	static const struct {
		const char *word;
		int good, ignore, rest;
	} words[] = {
		{ "required", VNS_PAMSTACK_DO_OK, VNS_PAMSTACK_DO_IGNORE,
		  VNS_PAMSTACK_DO_BAD },
		{ "requisite", VNS_PAMSTACK_DO_OK, VNS_PAMSTACK_DO_IGNORE,
		  VNS_PAMSTACK_DO_DIE },
		{ "optional", VNS_PAMSTACK_DO_OK, VNS_PAMSTACK_DO_IGNORE,
		  VNS_PAMSTACK_DO_IGNORE },
		{ "sufficient", VNS_PAMSTACK_DO_DONE, VNS_PAMSTACK_DO_IGNORE,
		  VNS_PAMSTACK_DO_IGNORE },
	};
	int *actions = line->actions;
	bool good;
	size_t i;

	for (i = 0; i < VNS_PAMSTACK_CODES; i++)
		actions[i] = UNSET;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(line->control, words[i].word) != 0)
			continue;
		actions[VNS_PAMSTACK_SUCCESS] = words[i].good;
		actions[NEW_TOKEN] = words[i].good;
		actions[VNS_PAMSTACK_IGNORED] = words[i].ignore;
		set_rest(actions, words[i].rest);
		return true;
	}
	good = parse_actions(line->control, actions);
	set_rest(actions, VNS_PAMSTACK_DO_BAD);
	return good;
}

static enum vns_pamstack_type find_type(const char *word)
{
	static const char *const types[] = { "auth", "account", "password",
					     "session" };
	size_t i;

	for (i = 0; i < VNS_PAMSTACK_TYPES; i++)
		if (strcasecmp(word, types[i]) == 0)
			break;
	return (enum vns_pamstack_type)i;
}

static int copy(char **to, const char *from)
{
	*to = strdup(from);
	return *to ? 0 : -ENOMEM;
}

static int broken(struct vns_pamstack_line *line, const char *why)
{
	line->kind = VNS_PAMSTACK_BROKEN;
	line->wrong = why;
	return 0;
}

/* Parses the module or the included file, and what follows. */
static int parse_target(struct vns_pamstack_line *line, char *rest)
{
	char *word = take_word(&rest);

	if (!word || !*word)
		return broken(line, line->kind == VNS_PAMSTACK_MODULE ?
					    "the module is missing" :
					    "the file's name is missing");
	if (copy(&line->target, word) < 0)
		return -ENOMEM;
	if (line->kind != VNS_PAMSTACK_MODULE)
		return 0;
	while ((word = take_word(&rest)))
		if (vns_strings_add(&line->arguments, word) < 0)
			return -ENOMEM;
	return parse_control(line) ? 0 :
				     broken(line, "the control in brackets "
						  "is not valid");
}

/* Parses what is left after the type. */
static int parse_rest(struct vns_pamstack_line *line, char *rest)
{
	char *word = take_word(&rest);

	if (!word)
		return broken(line, "the control is missing");
	if (copy(&line->control, word) < 0)
		return -ENOMEM;
	if (strcasecmp(word, "include") == 0)
		line->kind = VNS_PAMSTACK_INCLUDE;
	else if (strcasecmp(word, "substack") == 0)
		line->kind = VNS_PAMSTACK_SUBSTACK;
	return parse_target(line, rest);
}

/* Parses one line; joined is cut up in place. */
static int parse_line(struct vns_pamstack_line *line, char *joined)
{
	char *rest = joined, *word = take_word(&rest);

	line->type = VNS_PAMSTACK_TYPES;
	if (!word)
		return broken(line, "the type is missing");
	if (copy(&line->text, rest + strspn(rest, BLANKS)) < 0)
		return -ENOMEM;
	if (strcasecmp(word, "@include") == 0) {
		line->kind = VNS_PAMSTACK_INCLUDE;
		return copy(&line->control, word) < 0 ?
			       -ENOMEM :
			       parse_target(line, rest);
	}
	line->silent = *word == '-';
	line->type = find_type(word + line->silent);
	if (line->type == VNS_PAMSTACK_TYPES)
		return broken(line, "unknown type; the types are account, "
				    "auth, password and session");
	return parse_rest(line, rest);
}

enum taken { NOTHING, COMMENT, WHOLE, CONTINUED };

/*
 * Appends the next line of the file, without its comment, to joined
 * (LINE_LONGEST + 1 bytes). Returns what it was, or a negative errno if it
 * cannot be appended.
 */
static int take_line(struct text *text, char *joined)
{
	const char *start = text->bytes + text->at, *newline;
	size_t length = text->length - text->at, used = strlen(joined);
	bool comment;

	if (length == 0)
		return NOTHING;
	newline = memchr(start, '\n', length);
	text->number++;
	if (newline)
		length = (size_t)(newline - start);
	text->at += length + (newline != NULL);
	if (length > LINE_LONGEST - used)
		return complain(text, "the line is too long");
	if (memchr(start, '\0', length))
		return complain(text, "there must be no NUL");
	memcpy(joined + used, start, length);
	joined[used + length] = '\0';
	joined += used;
	length = strcspn(joined, "#");
	comment = joined[length] == '#';
	joined[length] = '\0';
	if (joined[strspn(joined, BLANKS)] == '\0')
		return COMMENT;
	while (length > 0 && strchr(BLANKS, joined[length - 1]))
		length--;
	if (comment || joined[length - 1] != '\\')
		return WHOLE;
	joined[length - 1] = ' ';
	joined[length] = '\0';
	return CONTINUED;
}

/*
 * Takes the next line that has something in it, with the lines that continue
 * it. Returns NOTHING at the end of the file.
 */
static int take_logical(struct text *text, struct vns_pamstack_line *line,
			char *joined)
{
	int taken;

	joined[0] = '\0';
	do {
		line->start = text->at;
		taken = take_line(text, joined);
	} while (taken == COMMENT && (joined[0] = '\0', true));
	line->first = text->number;
	while (taken == CONTINUED) {
		taken = take_line(text, joined);
		/*
		 * One version of Linux-PAM ends the line there, another goes
		 * on.
		 */
		if (taken == COMMENT)
			return complain(text, "the line before this one ends "
					      "in a backslash, but a comment "
					      "cannot continue it");
		if (taken == NOTHING)
			return complain(text, "the file ends in a backslash");
	}
	line->end = text->at;
	line->last = text->number;
	return taken;
}

static void free_line(struct vns_pamstack_line *line)
{
	free(line->text);
	free(line->control);
	free(line->target);
	vns_strings_free(&line->arguments);
}

static int parse_all(struct text *text, struct vns_pamstack_file *file)
{
	char joined[LINE_LONGEST + 1];

	for (;;) {
		struct vns_pamstack_line line = { 0 }, *lines;
		int rc = take_logical(text, &line, joined);

		if (rc <= 0)
			return rc;
		lines = reallocarray(file->lines, file->count + 1,
				     sizeof(*lines));
		if (!lines)
			return vns_error_memory(text->err);
		file->lines = lines;
		rc = parse_line(&line, joined);
		lines[file->count++] = line;
		if (rc < 0)
			return vns_error_memory(text->err);
	}
}

int vns_pamstack_parse(const char *text, size_t length, const char *path,
		       struct vns_pamstack_file **file, struct vns_error *err)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *made =
		calloc(1, sizeof(*made));
	struct text all = { text, length, 0, 0, path, err };
	int rc;

	if (!made || copy(&made->path, path) < 0)
		return vns_error_memory(err);
	rc = parse_all(&all, made);
	if (rc < 0)
		return rc;
	*file = made;
	made = NULL;
	return 0;
}

void vns_pamstack_free_file(struct vns_pamstack_file *file)
{
	size_t i;

	if (!file)
		return;
	for (i = 0; i < file->count; i++)
		free_line(&file->lines[i]);
	free(file->lines);
	free(file->path);
	free(file);
}

bool vns_pamstack_is(const struct vns_pamstack_line *line, const char *module)
{
	const char *slash;

	if (line->kind != VNS_PAMSTACK_MODULE)
		return false;
	slash = strrchr(line->target, '/');
	return strcmp(slash ? slash + 1 : line->target, module) == 0;
}

bool vns_pamstack_has(const struct vns_pamstack_line *line, const char *word)
{
	size_t i;

	for (i = 0; i < line->arguments.count; i++)
		if (strcmp(line->arguments.items[i], word) == 0)
			return true;
	return false;
}

bool vns_pamstack_places(const struct vns_pamstack_line *line,
			 const char *module)
{
	return vns_pamstack_is(line, module) &&
	       !vns_pamstack_has(line, "close") &&
	       !vns_pamstack_has(line, "placed?");
}

bool vns_pamstack_tells_root(const struct vns_pamstack_line *line)
{
	char *const *words = line->arguments.items;
	size_t i, count = line->arguments.count;
	bool found = false;

	if (!vns_pamstack_is(line, "pam_succeed_if.so"))
		return false;
	for (i = 0; i < count; i++) {
		if (strcmp(words[i], "quiet") == 0)
			continue;
		/*
		 * "use_uid" is about the caller; other tests are not this one.
		 */
		if (found || i + 3 > count || strcmp(words[i], "uid") != 0 ||
		    (strcmp(words[i + 1], "=") != 0 &&
		     strcmp(words[i + 1], "eq") != 0) ||
		    strcmp(words[i + 2], "0") != 0)
			return false;
		found = true;
		i += 2;
	}
	return found;
}
