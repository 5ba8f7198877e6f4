/* pam.d(5): lines, the stack they make, and what may come of it. */
#include "pamd/stack.h"

#include "tap.h"

static int parse(const char *text, size_t length,
		 struct vns_pamstack_file **file, struct vns_error *err)
{
	/* Of its own length, for the sanitizer to see. */
	char *copy = malloc(length ? length : 1);
	int rc;

	need(copy, "malloc");
	memcpy(copy, text, length);
	rc = vns_pamstack_parse(copy, length, "f", file, err);
	free(copy);
	return rc;
}

/* "FIRST-LAST TYPE CONTROL TARGET ARGUMENT,...|", or "FIRST-LAST !WHY|". */
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
		is_number(rc, table[i].error ? -EINVAL : 0, "\"%s\"", text);
		if (rc < 0) {
			ok(strncmp(err.text, "f:", 2) == 0, "its path");
			is_string(err.text + 2, table[i].error, "its message");
		} else {
			char *lines = describe(file);

			is_string(lines, table[i].lines, "what it has");
			free(lines);
		}
		vns_pamstack_free_file(file);
	}
	file = NULL;
	is_number(parse("\na\0b\n", 5, &file, &err), -EINVAL, "a NUL");
	is_string(err.text, "f:2: there must be no NUL", "its message");
	ok(!file, "no file");
}

static void test_places(void)
{
	const char text[] = "#1\nauth required x \\\n y # z\n\naccount "
			    "[ default = 2 success=ok  user_unknown=die ] "
			    "/lib/pam_vns.so\nsession sufficient y";
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = NULL;
	const struct vns_pamstack_line *line;
	struct vns_error err;

	is_number(parse(text, strlen(text), &file, &err), 0, "three lines");
	need(file && file->count == 3, "three lines");
	line = &file->lines[0];
	is_number(line->start, 3, "the first begins");
	is_number(line->end, strstr(text, "\n\nacc") + 1 - text, "and ends");
	is_string(line->text, "required x   y ", "its text");
	line = &file->lines[1];
	is_number(line->start, strstr(text, "account") - text,
		  "the second begins");
	is_number(line->end, strstr(text, "session") - text, "and ends");
	is_number(line->actions[0], VNS_PAMSTACK_DO_OK, "success");
	is_number(line->actions[10], VNS_PAMSTACK_DO_DIE,
		  "one named after the default");
	is_number(line->actions[31], 2, "the default");
	ok(vns_pamstack_is(line, "pam_vns.so"), "a module by its path");
	ok(!vns_pamstack_is(line, "vns.so"), "not by its end");
	line = &file->lines[2];
	is_number(line->end, strlen(text), "the last ends with the file");
	is_number(line->actions[0], VNS_PAMSTACK_DO_DONE, "sufficient");
	is_number(line->actions[7], VNS_PAMSTACK_DO_IGNORE, "and no failure");
}

struct files {
	const char *const (*list)[2];
	size_t count;
};

static int read_file(void *context, const char *name, char **path, char **text,
		     size_t *length, struct vns_error *err)
{
	const struct files *files = context;
	size_t i;

	for (i = 0; i < files->count; i++) {
		if (strcmp(files->list[i][0], name) != 0)
			continue;
		*path = strdup(name);
		*text = strdup(files->list[i][1]);
		need(*path && *text, "strdup");
		*length = strlen(*text);
		return 0;
	}
	return vns_error_set(err, ENOENT, "%s: none", name);
}

/* "DEPTH.LEVEL FILE:LINE TARGET|...", "!" and why where it fails. */
static char *describe_stack(const struct vns_pamstack *stack)
{
	char *text = NULL;
	size_t length, i;
	FILE *out = open_memstream(&text, &length);

	need(out, "open_memstream");
	for (i = 0; i < stack->count; i++) {
		const struct vns_pamstack_rule *rule = &stack->rules[i];

		fprintf(out, "%s%u.%u %s:%u %s%s", i ? "|" : "", rule->depth,
			rule->level, rule->file->path, rule->line->first,
			rule->wrong ? "!" : "",
			rule->wrong ? rule->wrong : rule->line->target);
	}
	fclose(out);
	return text;
}

static const char *const host[][2] = {
	{ "sshd", "auth required a\naccount required b\n"
		  "@include common\nsession required c\n" },
	{ "common", "account [success=1 default=ignore] d\nsession required e\n"
		    "account requisite f\nsession optional g\n" },
	{ "su", "account substack common\nsession include common\n"
		"account optional h\n" },
	{ "su-l", "account include su\nsession optional i\n"
		  "session include su\nsession include /x/y" },
	{ "/x/y", "session required z\nsesion required z" },
	{ "lost", "@include nothing\nsession required z" },
	{ "self", "session required z\nsession include self" },
	{ "twice", "session include twice\nsession include twice" },
	{ "torn", "session required z\nsession required y \\" },
	{ "uses", "session substack torn\nsession required z" },
};

static const struct {
	const char *service;
	enum vns_pamstack_type type;
	const char *stack;
} stacks[] = {
	{ "sshd", VNS_PAMSTACK_AUTH, "0.0 sshd:1 a" },
	{ "sshd", VNS_PAMSTACK_PASSWORD, "" },
	{ "sshd", VNS_PAMSTACK_ACCOUNT,
	  "0.0 sshd:2 b|1.0 common:1 d|1.0 common:3 f" },
	{ "sshd", VNS_PAMSTACK_SESSION,
	  "1.0 common:2 e|1.0 common:4 g|0.0 sshd:4 c" },
	{ "su", VNS_PAMSTACK_ACCOUNT,
	  "0.0 su:1 common|1.1 common:1 d|1.1 common:3 f|0.0 su:3 h" },
	{ "su-l", VNS_PAMSTACK_ACCOUNT,
	  "1.0 su:1 common|2.1 common:1 d|2.1 common:3 f|1.0 su:3 h" },
	{ "su-l", VNS_PAMSTACK_SESSION,
	  "0.0 su-l:2 i|2.0 common:2 e|2.0 common:4 g|1.0 /x/y:1 z|1.0 "
	  "/x/y:2 !unknown type; the types are account, auth, password and "
	  "session" },
	{ "lost", VNS_PAMSTACK_SESSION,
	  "0.0 lost:1 !nothing: none|0.0 lost:2 z" },
	{ "uses", VNS_PAMSTACK_SESSION,
	  "0.0 uses:1 !torn:2: the file ends in a backslash|0.0 uses:2 z" },
};

static void test_stacks(void)
{
	struct files files = { host, LENGTH(host) };
	struct vns_pamstack *stack = NULL;
	struct vns_error err;
	size_t i;

	for (i = 0; i < LENGTH(stacks); i++) {
		char *text;

		stack = NULL;
		is_number(vns_pamstack_resolve(stacks[i].service,
					       stacks[i].type, read_file,
					       &files, &stack, &err),
			  0, "%s, %d", stacks[i].service, (int)stacks[i].type);
		text = describe_stack(stack);
		is_string(text, stacks[i].stack, "its rules");
		free(text);
		vns_pamstack_free(stack);
	}
	stack = NULL;
	is_number(vns_pamstack_resolve("none", VNS_PAMSTACK_AUTH, read_file,
				       &files, &stack, &err),
		  -ENOENT, "a service that is not there");
	is_string(err.text, "none: none", "its message");
	is_number(vns_pamstack_resolve("torn", VNS_PAMSTACK_AUTH, read_file,
				       &files, &stack, &err),
		  -EINVAL, "one that cannot be read");
	is_number(vns_pamstack_resolve("twice", VNS_PAMSTACK_SESSION, read_file,
				       &files, &stack, &err),
		  -ELOOP, "one without an end");
	ok(!stack, "none of them is a stack");
	is_number(vns_pamstack_resolve("self", VNS_PAMSTACK_SESSION, read_file,
				       &files, &stack, &err),
		  0, "one that includes itself");
	need(stack, "self");
	is_number(stack->count, 18, "ends");
	is_string(stack->rules[17].wrong, "includes go too deep", "in failure");
	vns_pamstack_free(stack);
}

/* Modules are called by what they return. */
static uint32_t outcome(void *context, const struct vns_pamstack_rule *rule)
{
	const char *target = rule->line->target;
	uint32_t codes = 0;

	(void)context;
	for (; *target; target++)
		codes |= *target == 's' ? 1U << VNS_PAMSTACK_SUCCESS :
			 *target == 'f' ? 1U << 6 :
			 *target == 'i' ? 1U << VNS_PAMSTACK_IGNORED :
			 *target == 'u' ? 1U << VNS_PAMSTACK_UNKNOWN :
					  0;
	return codes;
}

/* A rule ends with ";"; "(" and ")" stand around a substack's. */
static const struct {
	const char *rules;
	bool with, without;
} verdicts[] = {
	{ "", false, false },
	{ "required s", false, true },
	{ "required f", false, false },
	{ "required sf", false, true },
	{ "required i", false, false },
	{ "optional f", false, false },
	{ "optional u;required s", false, true },
	{ "required u;required s", false, false },
	{ "[default=ok] f;required s", false, false },
	{ "[default=bad success=ok user_unknown=ignore] f;required s", false,
	  false },
	{ "required s;requisite xs", true, false },
	{ "required s;requisite xsf", true, false },
	{ "required f;requisite xs", false, false },
	{ "requisite xs;required s", true, false },
	{ "sufficient sf;requisite xs", true, true },
	{ "sufficient f;requisite xs", true, false },
	{ "required f;sufficient s;requisite xs", false, false },
	{ "optional s;sufficient s;requisite xs", false, true },
	{ "[success=1 default=ignore] sf;requisite xs;required s", true, true },
	{ "[success=1 default=ignore] f;requisite xs;required s", true, false },
	{ "[success=2 default=ignore] s;required f;required f;requisite xs",
	  true, false },
	{ "[success=1 default=ignore] s;requisite xs", false, false },
	{ "[success=2 default=ignore] s;requisite xs;required s", false,
	  false },
	{ "required s;[success=2 default=ignore] s;requisite xs;required s",
	  false, true },
	{ "[success=3 default=ignore] s;requisite xs;required s", false,
	  false },
	{ "[default=1] s;requisite f;required s;requisite xs", true, false },
	{ "(sufficient s;required f);requisite xs", true, false },
	{ "(requisite f;required s);requisite xs", false, false },
	{ "[success=1 default=bad] s;(required f;required f);requisite xs",
	  true, false },
	{ "required s;(required f;[default=reset] s);requisite xs", true,
	  false },
	{ "requird s", false, false },
};

static void test_verdict(const char *rules, bool with, bool without)
{
	char top[512] = "", sub[512] = "", word[128];
	const char *const list[][2] = { { "top", top }, { "sub", sub } };
	struct files files = { list, 2 };
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_pamstack_verdict verdict;
	char *out = top;
	const char *at;
	struct vns_error err;

	for (at = rules; *at;) {
		size_t length;

		if (*at == '(') {
			strcat(top, "auth substack sub\n");
			out = sub;
			at++;
		}
		length = strcspn(at, ";)");
		snprintf(word, sizeof(word), "auth %.*s\n", (int)length, at);
		/* x is the module looked for. */
		strcat(out, word);
		at += length;
		if (*at == ')') {
			out = top;
			at++;
		}
		at += *at == ';';
	}
	need(vns_pamstack_resolve("top", VNS_PAMSTACK_AUTH, read_file, &files,
				  &stack, &err) == 0,
	     err.text);
	verdict = vns_pamstack_evaluate(
		stack, strstr(rules, "xsf") ? "xsf" : "xs", outcome, NULL);
	is_number(verdict.with, with, "%s: with", rules);
	is_number(verdict.without, without, "%s: without", rules);
}

/* Whether "r" is reached; p is a module that places, if it is without words. */
static const struct {
	const char *rules;
	bool reached;
} reaches[] = {
	{ "auth optional r\n", true },
	{ "auth required f\nauth optional r\n", true },
	{ "auth requisite f\nauth optional r\n", false },
	{ "auth requisite sf\nauth optional r\n", true },
	{ "auth sufficient s\nauth optional r\n", false },
	{ "auth [default=1 ignore=ignore] s\nauth optional r\n", false },
	{ "auth [default=1 ignore=ignore] u\nauth optional r\n", false },
	{ "auth [default=1 ignore=ignore] si\nauth optional r\n", true },
	{ "auth [default=1] s\nauth optional r\nauth optional r\n", true },
	{ "auth optional nonesuch\n", false },
	{ "", false },
};

static void test_reached(const char *rules, bool reached)
{
	const char *const list[][2] = { { "top", rules } };
	struct files files = { list, 1 };
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_error err;

	need(vns_pamstack_resolve("top", VNS_PAMSTACK_AUTH, read_file, &files,
				  &stack, &err) == 0,
	     err.text);
	ok((vns_pamstack_reached(stack, "r", outcome, NULL) != NULL) == reached,
	   "%s", rules);
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
	for (i = 0; i < LENGTH(places); i++)
		ok(vns_pamstack_places(&file->lines[i], "p") == places[i],
		   "line %zu %s", i + 1, places[i] ? "places" : "does not");
}

/* Nobody's stack is that long, but of a file's that includes itself. */
static void test_long(size_t count, int code)
{
	static const char line[] = "auth required a\n";
	VNS_AUTOFREE char *text = calloc(count, sizeof(line));
	const char *list[][2] = { { "long", text } };
	struct files files = { list, 1 };
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_error err;
	size_t i;

	need(text, "calloc");
	for (i = 0; i < count; i++)
		memcpy(text + i * (sizeof(line) - 1), line, sizeof(line));
	is_number(vns_pamstack_resolve("long", VNS_PAMSTACK_AUTH, read_file,
				       &files, &stack, &err),
		  code, "%zu lines", count);
}

int main(void)
{
	size_t i;

	test_lines();
	test_places();
	test_stacks();
	test_long(2000, 0);
	test_long(2001, -E2BIG);
	for (i = 0; i < LENGTH(verdicts); i++)
		test_verdict(verdicts[i].rules, verdicts[i].with,
			     verdicts[i].without);
	for (i = 0; i < LENGTH(reaches); i++)
		test_reached(reaches[i].rules, reaches[i].reached);
	test_placing();
	return finish();
}
