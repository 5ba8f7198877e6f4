/*
 * Copies what libconfuse has parsed of pam_vns.conf, or of a user's own file,
 * into a struct vns_config, and frees such structs.
 */
#include "config/config.h"

#include "config/copy.h"
#include "config/grammar.h"

#include <errno.h>
#include <string.h>

static int copy_rule(struct vns_rule *rule, cfg_t *cfg, const char *name)
{
	const char *target = cfg_getstr(cfg, "target");

	rule->target = VNS_TARGET_VSERVER;
	if (target)
		rule->target = strcmp(target, "host") == 0 ? VNS_TARGET_HOST :
							     VNS_TARGET_DENY;
	rule->max_sessions = (unsigned long)cfg_getint(cfg, "max_sessions");
	if (vns_copy_string(&rule->name, name) < 0 ||
	    vns_copy_string(&rule->vserver, cfg_getstr(cfg, "vserver")) < 0 ||
	    vns_copy_string(&rule->message, cfg_getstr(cfg, "message")) < 0 ||
	    vns_copy_list(&rule->groups, cfg, "groups") < 0 ||
	    vns_copy_list(&rule->services, cfg, "services") < 0 ||
	    vns_copy_list(&rule->ttys, cfg, "ttys") < 0 ||
	    vns_copy_list(&rule->rhosts, cfg, "rhosts") < 0)
		return -ENOMEM;
	return vns_copy_session_hooks(&rule->open, &rule->close, cfg);
}

static int copy_rules(struct vns_config *config, cfg_t *cfg)
{
	unsigned i, count = cfg_size(cfg, "rule");

	config->rules = calloc(count + 1, sizeof(*config->rules));
	if (!config->rules)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		cfg_t *section = cfg_getnsec(cfg, "rule", i);
		struct vns_rule *rule = &config->rules[config->rule_count++];

		if (vns_copy_list(&rule->users, section, "users") < 0 ||
		    vns_copy_list(&rule->uids, section, "uids") < 0 ||
		    copy_rule(rule, section, cfg_title(section)) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int copy_config(struct vns_config *config, cfg_t *cfg)
{
	config->default_target = strcmp(cfg_getstr(cfg, "default"), "host") ==
						 0 ?
					 VNS_TARGET_HOST :
					 VNS_TARGET_DENY;
	if (vns_copy_string(&config->vserver_dir,
			    cfg_getstr(cfg, "vserver_dir")) < 0 ||
	    vns_copy_string(&config->user_dir, cfg_getstr(cfg, "user_dir")) <
		    0 ||
	    vns_copy_string(&config->run_dir, cfg_getstr(cfg, "run_dir")) < 0 ||
	    vns_copy_string(&config->state_dir, cfg_getstr(cfg, "state_dir")) <
		    0 ||
	    vns_copy_session_hooks(&config->open, &config->close, cfg) < 0 ||
	    vns_copy_lifecycle(config->lifecycle, cfg) < 0)
		return -ENOMEM;
	return copy_rules(config, cfg);
}

int vns_config_parse(const char *text, size_t length, const char *path,
		     struct vns_config **config, struct vns_error *err)
{
	VNS_AUTOCONFIG struct vns_config *made = NULL;
	VNS_AUTOCFG cfg_t *cfg = NULL;
	int rc = vns_grammar_text(VNS_GRAMMAR_MAIN, text, length, path, &cfg,
				  err);

	if (rc < 0)
		return rc;
	made = calloc(1, sizeof(*made));
	if (!made || copy_config(made, cfg) < 0)
		return vns_error_memory(err);
	*config = made;
	made = NULL;
	return 0;
}

static int copy_only_rule(struct vns_config *config, cfg_t *cfg,
			  const char *path)
{
	config->rules = calloc(1, sizeof(*config->rules));
	if (!config->rules)
		return -1;
	config->rule_count = 1;
	return copy_rule(&config->rules[0], cfg, path);
}

int vns_config_parse_user(const char *text, size_t length, const char *path,
			  struct vns_config **config, struct vns_error *err)
{
	VNS_AUTOCONFIG struct vns_config *made = NULL;
	VNS_AUTOCFG cfg_t *cfg = NULL;
	int rc = vns_grammar_text(VNS_GRAMMAR_USER, text, length, path, &cfg,
				  err);

	if (rc < 0)
		return rc;
	made = calloc(1, sizeof(*made));
	if (!made || copy_only_rule(made, cfg, path) < 0)
		return vns_error_memory(err);
	*config = made;
	made = NULL;
	return 0;
}

static void free_rule(struct vns_rule *rule)
{
	vns_strings_free(&rule->users);
	vns_strings_free(&rule->groups);
	vns_strings_free(&rule->uids);
	vns_strings_free(&rule->services);
	vns_strings_free(&rule->ttys);
	vns_strings_free(&rule->rhosts);
	vns_strings_free(&rule->open.command);
	vns_strings_free(&rule->close.command);
	free(rule->name);
	free(rule->vserver);
	free(rule->message);
}

void vns_config_free(struct vns_config *config)
{
	size_t i;

	if (!config)
		return;
	for (i = 0; i < config->rule_count; i++)
		free_rule(&config->rules[i]);
	free(config->rules);
	vns_strings_free(&config->open.command);
	vns_strings_free(&config->close.command);
	vns_copy_free_lifecycle(config->lifecycle);
	free(config->vserver_dir);
	free(config->user_dir);
	free(config->run_dir);
	free(config->state_dir);
	free(config);
}
