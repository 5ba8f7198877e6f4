/*
 * Tests the stack that files of pam.d(5) make, and what may come of it; see
 * pam_vns/pamd/stack.h.
 */
#include "pamd/stack.h"

#include "tap.h"

#include <errno.h>

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

/*
 * Returns the rules in words: "DEPTH.LEVEL FILE:LINE TARGET", or "!WHY" for the
 * target of a broken one, with bars between them.
 */
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
	static const char *const types[] = { "auth", "account", "password",
					     "session" };
	struct files files = { host, LENGTH(host) };
	struct vns_pamstack *stack = NULL;
	struct vns_error err;
	size_t i;

	for (i = 0; i < LENGTH(stacks); i++) {
		char *text;

		stack = NULL;
		about("%s stack of %s", types[stacks[i].type],
		      stacks[i].service);
		is_number(vns_pamstack_resolve(stacks[i].service,
					       stacks[i].type, read_file,
					       &files, &stack, &err),
			  0, "it is read");
		text = describe_stack(stack);
		is_string(text, stacks[i].stack, "the rules that it has");
		free(text);
		vns_pamstack_free(stack);
	}
	stack = NULL;
	about("stack of a service");
	is_number(vns_pamstack_resolve("none", VNS_PAMSTACK_AUTH, read_file,
				       &files, &stack, &err),
		  -ENOENT, "a missing file is an error");
	is_string(err.text, "none: none",
		  "the error message names the missing file");
	is_number(vns_pamstack_resolve("torn", VNS_PAMSTACK_AUTH, read_file,
				       &files, &stack, &err),
		  -EINVAL, "a file that cannot be parsed is an error");
	is_number(vns_pamstack_resolve("twice", VNS_PAMSTACK_SESSION, read_file,
				       &files, &stack, &err),
		  -ELOOP, "a file that includes itself twice is an error");
	ok(!stack, "no stack comes of an error");
	is_number(vns_pamstack_resolve("self", VNS_PAMSTACK_SESSION, read_file,
				       &files, &stack, &err),
		  0, "a file that includes itself once is no error");
	need(stack, "self");
	is_number(stack->count, 18,
		  "a file that includes itself once ends with 18 rules");
	is_string(
		stack->rules[17].wrong, "includes go too deep",
		"the last rule of a file that includes itself once is broken");
	vns_pamstack_free(stack);
}

/* The letters of a module's name say what it may return. */
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

/*
 * Rules have ";" between them, and those of a substack are in "(" and ")". The
 * module whose name begins with x is the one that places users.
 */
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
	about("stack \"%s\"", rules);
	is_number(verdict.with, with, "it %s succeed with module x run",
		  with ? "can" : "cannot");
	is_number(verdict.without, without, "it %s succeed without module x",
		  without ? "can" : "cannot");
}

/* Whether the module "r" is reached. */
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
	about("stack \"%s\"", rules);
	ok((vns_pamstack_reached(stack, "r", outcome, NULL) != NULL) == reached,
	   "the module r is %s", reached ? "reached" : "not reached");
}

/* No stack is that long, except that of a file that includes itself. */
static void test_long(size_t count, int code)
{
	about("long stacks");
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
		  code, "%zu lines are %s", count, code ? "refused" : "read");
}

int main(void)
{
	size_t i;

	test_stacks();
	test_long(2000, 0);
	test_long(2001, -E2BIG);
	for (i = 0; i < LENGTH(verdicts); i++)
		test_verdict(verdicts[i].rules, verdicts[i].with,
			     verdicts[i].without);
	for (i = 0; i < LENGTH(reaches); i++)
		test_reached(reaches[i].rules, reaches[i].reached);
	return finish();
}
