#include "hook.h"

#include "spawn.h"
#include "subst.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int add_variable(struct vns_strings *list, const char *name,
			const char *value)
{
	return vns_strings_add_variable(list, name, value ? value : "");
}

static int make_environment(const struct vns_hook_facts *facts,
			    struct vns_strings *list)
{
	char context[24] = "";

	if (facts->context)
		snprintf(context, sizeof(context), "%lu", facts->context);
	if (vns_strings_add(list, VNS_SPAWN_PATH) < 0 ||
	    add_variable(list, "PAM_USER", facts->user) < 0 ||
	    add_variable(list, "PAM_RUSER", facts->ruser) < 0 ||
	    add_variable(list, "PAM_RHOST", facts->rhost) < 0 ||
	    add_variable(list, "PAM_TTY", facts->tty) < 0 ||
	    add_variable(list, "PAM_SERVICE", facts->service) < 0 ||
	    add_variable(list, "PAM_TYPE", facts->type) < 0 ||
	    add_variable(list, "VNS_NAME", facts->vserver) < 0 ||
	    add_variable(list, "VNS_CONTEXT", context) < 0 ||
	    add_variable(list, "VNS_ROOT", facts->root) < 0)
		return -ENOMEM;
	return 0;
}

static int make_command(const struct vns_hook *hook,
			const struct vns_hook_facts *facts,
			struct vns_strings *list, struct vns_error *err)
{
	const struct vns_subst table[] = {
		{ 'n', facts->vserver },
		{ 'i', facts->instance },
		{ 'u', facts->user },
		{ 0, NULL },
	};
	char word[4096];
	size_t i;

	for (i = 0; i < hook->command.count; i++) {
		int rc = vns_subst_expand(hook->command.items[i], table, word,
					  sizeof(word), err);

		if (rc < 0)
			return rc;
		if (vns_strings_add(list, word) < 0)
			return vns_error_memory(err);
	}
	return 0;
}

int vns_hook_run(const struct vns_hook *hook,
		 const struct vns_hook_facts *facts, char *output, size_t size,
		 struct vns_error *err)
{
	struct vns_strings command = { 0 }, environment = { 0 };
	int rc = make_command(hook, facts, &command, err);

	output[0] = '\0';
	if (rc == 0 && make_environment(facts, &environment) < 0)
		rc = vns_error_memory(err);
	if (rc == 0)
		rc = vns_spawn_run(command.items, environment.items,
				   hook->timeout, output, size, err);
	vns_strings_free(&command);
	vns_strings_free(&environment);
	if (rc < 0)
		vns_error_context(err, "hook \"%.*s\"",
				  (int)strcspn(facts->type, "_"), facts->type);
	return rc;
}
