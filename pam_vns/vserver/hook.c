/*
 * Puts a hook's command line and environment together, runs it with a time
 * limit, and makes its output fit to be shown to users.
 */
#include "vserver/hook.h"

#include "lib/subst.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The user is shown at most this many lines of a hook's output. */
#define MESSAGE_LINES 5

static int add_variable(struct vns_strings *list, const char *name,
			const char *value)
{
	return vns_strings_add_variable(list, name, value ? value : "");
}

static int add_session(struct vns_strings *list,
		       const struct vns_hook_facts *facts)
{
	if (add_variable(list, "PAM_USER", facts->who.user) < 0 ||
	    add_variable(list, "PAM_RUSER", facts->who.ruser) < 0 ||
	    add_variable(list, "PAM_RHOST", facts->who.rhost) < 0 ||
	    add_variable(list, "PAM_TTY", facts->who.tty) < 0 ||
	    add_variable(list, "PAM_SERVICE", facts->who.service) < 0 ||
	    add_variable(list, "PAM_TYPE", facts->type) < 0)
		return -ENOMEM;
	return 0;
}

static int add_life(struct vns_strings *list,
		    const struct vns_hook_facts *facts)
{
	char init[24] = "";

	if (facts->init)
		snprintf(init, sizeof(init), "%d", facts->init);
	if (add_variable(list, "VNS_HOOK", facts->hook) < 0 ||
	    add_variable(list, "VNS_PID", init) < 0)
		return -ENOMEM;
	return 0;
}

static int make_environment(const struct vns_hook_facts *facts,
			    struct vns_strings *list)
{
	char context[24] = "";

	if (facts->context)
		snprintf(context, sizeof(context), "%lu", facts->context);
	if (vns_strings_add(list, VNS_SPAWN_PATH) < 0 ||
	    add_variable(list, "VNS_NAME", facts->vserver) < 0 ||
	    add_variable(list, "VNS_CONTEXT", context) < 0 ||
	    add_variable(list, "VNS_ROOT", facts->root) < 0)
		return -ENOMEM;
	return facts->type ? add_session(list, facts) : add_life(list, facts);
}

static int make_command(const struct vns_hook *hook,
			const struct vns_hook_facts *facts,
			struct vns_strings *list, struct vns_error *err)
{
	const struct vns_subst table[] = {
		{ 'n', facts->vserver, false },
		{ 'i', facts->instance, false },
		{ 'u', facts->who.user, true },
		{ 0, NULL, false },
	};
	char word[4096];
	size_t i;

	for (i = 0; i < hook->command.count; i++) {
		int rc = vns_subst_expand(hook->command.items[i], table, word,
					  sizeof(word), err);

		if (rc < 0)
			return rc;
		if (i == 0 && !vns_util_path_valid(word))
			return vns_error_set(err, EINVAL,
					     "\"%s\" is not the absolute path "
					     "of a program",
					     word);
		if (vns_strings_add(list, word) < 0)
			return vns_error_memory(err);
	}
	return 0;
}

int vns_hook_check(const struct vns_hook *hook,
		   const struct vns_hook_facts *facts, struct vns_error *err)
{
	struct vns_strings command = { 0 };
	int rc = make_command(hook, facts, &command, err);

	vns_strings_free(&command);
	if (rc < 0)
		vns_error_context(err, "hook \"%s\"", facts->hook);
	return rc;
}

int vns_hook_run(const struct vns_hook *hook,
		 const struct vns_hook_facts *facts,
		 struct vns_spawn_said *said, struct vns_error *err)
{
	struct vns_strings command = { 0 }, environment = { 0 };
	int rc = make_command(hook, facts, &command, err);

	said->output[0] = said->errors[0] = '\0';
	if (rc == 0 && make_environment(facts, &environment) < 0)
		rc = vns_error_memory(err);
	if (rc == 0)
		rc = vns_spawn_run_apart(command.items, environment.items,
					 hook->timeout,
					 facts->type ? 0 : VNS_SPAWN_BOUND,
					 said, err);
	vns_strings_free(&command);
	vns_strings_free(&environment);
	if (rc < 0)
		vns_error_context(err, "hook \"%s\"", facts->hook);
	return rc;
}

void vns_hook_explain(const struct vns_spawn_said *said, struct vns_error *err)
{
	const char *text = *said->errors ? said->errors : said->output;
	size_t length = strlen(err->text);

	if (*text && *text != '\n')
		snprintf(err->text + length, sizeof(err->text) - length,
			 ": %.*s", (int)strcspn(text, "\n"), text);
}

/*
 * Returns the length in bytes of the character that text begins with, or 0 if
 * it is not printable. Printable are printable ASCII and well-formed UTF-8 from
 * U+00A0 on; the characters before U+00A0 are terminal controls.
 */
static size_t printable(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;
	size_t length, i;

	if (byte[0] < 0x80)
		return byte[0] >= 0x20 && byte[0] < 0x7f;
	if (byte[0] < 0xc2 || byte[0] > 0xf4)
		return 0;
	length = byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
	for (i = 1; i < length; i++)
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	/*
	 * Reject U+0080 to U+009F, overlong forms, surrogates, and above
	 * U+10FFFF.
	 */
	if ((byte[0] == 0xc2 && byte[1] < 0xa0) ||
	    (byte[0] == 0xe0 && byte[1] < 0xa0) ||
	    (byte[0] == 0xed && byte[1] > 0x9f) ||
	    (byte[0] == 0xf0 && byte[1] < 0x90) ||
	    (byte[0] == 0xf4 && byte[1] > 0x8f))
		return 0;
	return length;
}

void vns_hook_message(const struct vns_spawn_said *said, char *text,
		      size_t size)
{
	const char *from = said->output;
	size_t used = 0, lines = 0;

	while (*from && lines < MESSAGE_LINES) {
		size_t length = printable(from);

		if (used + (length ? length : 1) >= size)
			break;
		if (*from == '\n') {
			lines++;
			text[used++] = '\n';
		} else if (length == 0) {
			text[used++] = *from == '\t' ? ' ' : '?';
		}
		memcpy(text + used, from, length);
		used += length;
		from += length ? length : 1;
	}
	while (used > 0 && text[used - 1] == '\n')
		used--;
	text[used] = '\0';
}
