/* Tests how lines of pam.d(5) are read; see pam_vns/pamd/parse.h. */
#include "pamd/parse.h"

#include "tap.h"

#include <errno.h>

static int parse(const char *text, size_t length,
		 struct vns_pamstack_file **file, struct vns_error *err)
{
	/* It has its own length, for the sanitizer to see. */
	char *copy = malloc(length ? length : 1);
	int rc;

	need(copy, "malloc");
	memcpy(copy, text, length);
	rc = vns_pamstack_parse(copy, length, "f", file, err);
	free(copy);
	return rc;
}

/*
 * Returns the lines in words: "FIRST-LAST TYPE <CONTROL> <TARGET> <ARGUMENT>",
 * or "FIRST-LAST !WHY" for a broken one, with bars between them.
 */
static char *describe(const struct vns_pamstack_file *file)
{
	static const char *const types[] = { "auth", "account", "password",
					     "session", "all" };
	char *text = NULL;
	size_t length, i, k;
	FILE *out = open_memstream(&text, &length);

	need(out, "open_memstream");
	for (i = 0; i < file->count; i++) {
		const struct vns_pamstack_line *line = &file->lines[i];

		fprintf(out, "%s%u-%u ", i ? "|" : "", line->first, line->last);
		if (line->kind == VNS_PAMSTACK_BROKEN) {
			fprintf(out, "!%s", line->wrong);
			continue;
		}
		fprintf(out, "%s%s <%s> <%s>", line->silent ? "-" : "",
			types[line->type], line->control, line->target);
		for (k = 0; k < line->arguments.count; k++)
			fprintf(out, " <%s>", line->arguments.items[k]);
	}
	fclose(out);
	return text;
}

#define A100                                                 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *text, *error, *lines;
} table[] = {
	{ "", NULL, "" },
	{ "\n \t\n#%PAM-1.0\n  # auth required x\n", NULL, "" },
	{ "auth required pam_unix.so\n", NULL,
	  "1-1 auth <required> <pam_unix.so>" },
	{ "auth required pam_unix.so", NULL,
	  "1-1 auth <required> <pam_unix.so>" },
	{ "\n  Session\tOptional  /x/y.so a  b=c # d\n", NULL,
	  "2-2 session <Optional> </x/y.so> <a> <b=c>" },
	{ "-session optional x", NULL, "1-1 -session <optional> <x>" },
	{ "account [success=1 default=ignore] x [a b] [c\\]d] e]f", NULL,
	  "1-1 account <success=1 default=ignore> <x> <a b> <c]d> <e]f>" },
	{ "account [required] x", NULL, "1-1 account <required> <x>" },
	{ "account [success=1 x", NULL, "1-1 !the module is missing" },
	{ "auth a\\\nb", NULL, "1-2 !the control in brackets is not valid" },
	{ "auth \\\n  required\\ \n\tx \\\ny\nauth optional z", NULL,
	  "1-4 auth <required> <x> <y>|5-5 auth <optional> <z>" },
	{ "auth required x # \\\nauth optional y", NULL,
	  "1-1 auth <required> <x>|2-2 auth <optional> <y>" },
	{ "@include common-auth\n", NULL, "1-1 all <@include> <common-auth>" },
	{ "account include a\nauth substack b", NULL,
	  "1-1 account <include> <a>|2-2 auth <substack> <b>" },
	{ "auth required x\r\n", NULL, "1-1 auth <required> <x\r>" },

	{ "sesion required x", NULL,
	  "1-1 !unknown type; the types are account, auth, password and "
	  "session" },
	{ "#x\nauth", NULL, "2-2 !the control is missing" },
	{ "auth required # x", NULL, "1-1 !the module is missing" },
	{ "auth include", NULL, "1-1 !the file's name is missing" },
	{ "@include", NULL, "1-1 !the file's name is missing" },
	{ "auth requird x", NULL, "1-1 !the control in brackets is not valid" },
	{ "auth [success=] x", NULL,
	  "1-1 !the control in brackets is not valid" },
	{ "auth [success=0] x", NULL,
	  "1-1 !the control in brackets is not valid" },
	{ "auth [great=ok] x", NULL,
	  "1-1 !the control in brackets is not valid" },
	{ "auth [success ok] x", NULL,
	  "1-1 !the control in brackets is not valid" },
	{ "auth [success=fine] x", NULL,
	  "1-1 !the control in brackets is not valid" },

	{ "\nauth required x \\", "2: the file ends in a backslash", NULL },
	{ "auth required x \\\n\nauth required y",
	  "2: the line before this one ends in a backslash, but a comment "
	  "cannot continue it",
	  NULL },
	{ "auth required x \\\n# y\nz",
	  "2: the line before this one ends in a backslash, but a comment "
	  "cannot continue it",
	  NULL },
	{ "#\n#" A100 A100 A100 A100 A100 A100 A100 A100 A100 A100 "\n",
	  "2: the line is too long", NULL },
	{ "a " A100 A100 A100 A100 A100 "\\\n" A100 A100 A100 A100 A100,
	  "2: the line is too long", NULL },
};

static void test_lines(void)
{
	struct vns_pamstack_file *file = NULL;
	struct vns_error err;
	size_t i;

	for (i = 0; i < LENGTH(table); i++) {
		const char *text = table[i].text;
		int rc;

		file = NULL;
		memset(&err, 0, sizeof(err));
		rc = parse(text, strlen(text), &file, &err);
		about("file of pam.d with \"%s\"", text);
		is_number(rc, table[i].error ? -EINVAL : 0, "it is %s",
			  table[i].error ? "refused" : "read");
		if (rc < 0) {
			ok(strncmp(err.text, "f:", 2) == 0,
			   "the error message begins with the file's path");
			is_string(err.text + 2, table[i].error,
				  "the error message names the line and what "
				  "is wrong");
		} else {
			char *lines = describe(file);

			is_string(lines, table[i].lines,
				  "the lines that it has");
			free(lines);
		}
		vns_pamstack_free_file(file);
	}
	file = NULL;
	about("file of pam.d with a NUL in its second line");
	is_number(parse("\na\0b\n", 5, &file, &err), -EINVAL, "it is refused");
	is_string(err.text, "f:2: there must be no NUL", "error message");
	ok(!file, "there is no file");
}

static void test_places(void)
{
	const char text[] = "#1\nauth required x \\\n y # z\n\naccount "
			    "[ default = 2 success=ok  user_unknown=die ] "
			    "/lib/pam_vns.so\nsession sufficient y";
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = NULL;
	const struct vns_pamstack_line *line;
	struct vns_error err;

	about("file of pam.d with three lines");
	is_number(parse(text, strlen(text), &file, &err), 0, "it is read");
	need(file && file->count == 3, "three lines");
	line = &file->lines[0];
	is_number(line->start, 3, "the first line begins at byte 3");
	is_number(line->end, strstr(text, "\n\nacc") + 1 - text,
		  "the first line ends behind its comment and line end");
	is_string(line->text, "required x   y ",
		  "the text of the first line has spaces for the continuation");
	line = &file->lines[1];
	is_number(line->start, strstr(text, "account") - text,
		  "the second line begins at \"account\"");
	is_number(line->end, strstr(text, "session") - text,
		  "the second line ends where the third one begins");
	is_number(line->actions[0], VNS_PAMSTACK_DO_OK,
		  "the second line's action of success");
	is_number(line->actions[10], VNS_PAMSTACK_DO_DIE,
		  "the second line's action of user_unknown, which follows the "
		  "default");
	is_number(line->actions[31], 2, "the second line's default action");
	ok(vns_pamstack_is(line, "pam_vns.so"),
	   "the second line's module is recognized by its path");
	ok(!vns_pamstack_is(line, "vns.so"),
	   "the second line's module is not recognized by the end of its name");
	line = &file->lines[2];
	is_number(line->end, strlen(text), "the last line ends with the file");
	is_number(
		line->actions[0], VNS_PAMSTACK_DO_DONE,
		"the last line, sufficient: the action of success is \"done\"");
	is_number(line->actions[7], VNS_PAMSTACK_DO_IGNORE,
		  "the last line, sufficient: a failure is ignored");
}

static void test_placing(void)
{
	static const char text[] = "session required p\nsession required p x\n"
				   "session required /lib/p close\n"
				   "session required p placed?\nauth include "
				   "p\n";
	static const bool places[] = { true, true, false, false, false };
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = NULL;
	struct vns_error err;
	size_t i;

	need(vns_pamstack_parse(text, sizeof(text) - 1, "f", &file, &err) == 0,
	     err.text);
	about("module p");
	for (i = 0; i < LENGTH(places); i++)
		ok(vns_pamstack_places(&file->lines[i], "p") == places[i],
		   "line %zu of the file %s users", i + 1,
		   places[i] ? "places" : "does not place");
}

int main(void)
{
	test_lines();
	test_places();
	test_placing();
	return finish();
}
