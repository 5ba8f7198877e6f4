/*
 * Duplicates the strings, lists and hooks that libconfuse has for a section,
 * and fills in what a hook does not say.
 */
#include "config/copy.h"

#include "config/lifecycle.h"

#include <errno.h>
#include <string.h>

int vns_copy_string(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return from && !*to ? -ENOMEM : 0;
}

int vns_copy_list(struct vns_strings *to, cfg_t *cfg, const char *key)
{
	unsigned i;

	for (i = 0; i < cfg_size(cfg, key); i++)
		if (vns_strings_add(to, cfg_getnstr(cfg, key, i)) < 0)
			return -ENOMEM;
	return 0;
}

/*
 * These are seconds. Hooks that start and stop something may take longer than
 * those of a login.
 */
#define SESSION_HOOK_TIMEOUT 10
#define LIFECYCLE_HOOK_TIMEOUT 30

static int copy_hook(struct vns_hook *hook, cfg_t *cfg, const char *title,
		     unsigned timeout)
{
	cfg_t *section = cfg_gettsec(cfg, "hook", title);
	const char *on_error;

	if (!section)
		return 0;
	hook->timeout = (unsigned)cfg_getint(section, "timeout");
	if (hook->timeout == 0)
		hook->timeout = timeout;
	on_error = cfg_getstr(section, "on_error");
	hook->deny = !on_error || strcmp(on_error, "deny") == 0;
	return vns_copy_list(&hook->command, section, "command");
}

int vns_copy_session_hooks(struct vns_hook *open, struct vns_hook *close,
			   cfg_t *cfg)
{
	int rc = copy_hook(open, cfg, "open", SESSION_HOOK_TIMEOUT);

	return rc < 0 ? rc :
			copy_hook(close, cfg, "close", SESSION_HOOK_TIMEOUT);
}

int vns_copy_lifecycle(struct vns_hook hooks[VNS_LIFECYCLE_COUNT], cfg_t *cfg)
{
	int i, rc = 0;

	for (i = 0; rc == 0 && i < VNS_LIFECYCLE_COUNT; i++)
		rc = copy_hook(&hooks[i], cfg,
			       vns_config_lifecycle_name((enum vns_lifecycle)i),
			       LIFECYCLE_HOOK_TIMEOUT);
	return rc;
}

void vns_copy_free_lifecycle(struct vns_hook hooks[VNS_LIFECYCLE_COUNT])
{
	int i;

	for (i = 0; i < VNS_LIFECYCLE_COUNT; i++)
		vns_strings_free(&hooks[i].command);
}
