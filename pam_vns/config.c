#include "config.h"

#include "confparse.h"
#include "confvalue.h"
#include "subst.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static int copy_string(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return from && !*to ? -ENOMEM : 0;
}

static int copy_list(struct vns_strings *to, cfg_t *cfg, const char *key)
{
	unsigned i;

	for (i = 0; i < cfg_size(cfg, key); i++)
		if (vns_strings_add(to, cfg_getnstr(cfg, key, i)) < 0)
			return -ENOMEM;
	return 0;
}

static int copy_hook(struct vns_hook *hook, cfg_t *cfg, const char *name)
{
	cfg_t *section = cfg_gettsec(cfg, "hook", name);
	const char *on_error;

	if (!section)
		return 0;
	hook->timeout = (unsigned)cfg_getint(section, "timeout");
	on_error = cfg_getstr(section, "on_error");
	hook->deny = !on_error || strcmp(on_error, "deny") == 0;
	return copy_list(&hook->command, section, "command");
}

static int copy_rule(struct vns_rule *rule, cfg_t *cfg, const char *name)
{
	const char *target = cfg_getstr(cfg, "target");

	rule->target = VNS_TARGET_VSERVER;
	if (target)
		rule->target = strcmp(target, "host") == 0 ? VNS_TARGET_HOST :
							     VNS_TARGET_DENY;
	if (copy_string(&rule->name, name) < 0 ||
	    copy_string(&rule->vserver, cfg_getstr(cfg, "vserver")) < 0 ||
	    copy_string(&rule->message, cfg_getstr(cfg, "message")) < 0 ||
	    copy_list(&rule->groups, cfg, "groups") < 0 ||
	    copy_list(&rule->services, cfg, "services") < 0 ||
	    copy_list(&rule->ttys, cfg, "ttys") < 0 ||
	    copy_list(&rule->rhosts, cfg, "rhosts") < 0)
		return -ENOMEM;
	if (copy_hook(&rule->open, cfg, "open") < 0)
		return -ENOMEM;
	return copy_hook(&rule->close, cfg, "close");
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

		if (copy_list(&rule->users, section, "users") < 0 ||
		    copy_list(&rule->uids, section, "uids") < 0 ||
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
	if (copy_string(&config->vserver_dir, cfg_getstr(cfg, "vserver_dir")) <
		    0 ||
	    copy_string(&config->user_dir, cfg_getstr(cfg, "user_dir")) < 0 ||
	    copy_string(&config->run_dir, cfg_getstr(cfg, "run_dir")) < 0 ||
	    copy_string(&config->state_dir, cfg_getstr(cfg, "state_dir")) < 0)
		return -ENOMEM;
	return copy_rules(config, cfg);
}

int vns_config_parse(const char *text, size_t length, const char *path,
		     struct vns_config **config, struct vns_error *err)
{
	VNS_AUTOCONFIG struct vns_config *made = NULL;
	VNS_AUTOCFG cfg_t *cfg = NULL;
	int rc = vns_confparse_text(VNS_CONFPARSE_MAIN, text, length, path,
				    &cfg, err);

	if (rc < 0)
		return rc;
	made = calloc(1, sizeof(*made));
	if (!made || copy_config(made, cfg) < 0)
		return vns_error_memory(err);
	*config = made;
	made = NULL;
	return 0;
}

int vns_config_parse_user(const char *text, size_t length, const char *path,
			  struct vns_config **config, struct vns_error *err)
{
	VNS_AUTOCONFIG struct vns_config *made = NULL;
	VNS_AUTOCFG cfg_t *cfg = NULL;
	int rc = vns_confparse_text(VNS_CONFPARSE_USER, text, length, path,
				    &cfg, err);

	if (rc < 0)
		return rc;
	made = calloc(1, sizeof(*made));
	if (made)
		made->rules = calloc(1, sizeof(*made->rules));
	if (!made || !made->rules)
		return vns_error_memory(err);
	made->rule_count = 1;
	if (copy_rule(&made->rules[0], cfg, path) < 0)
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
	free(config->vserver_dir);
	free(config->user_dir);
	free(config->run_dir);
	free(config->state_dir);
	free(config);
}

static int copy_mounts(struct vns_vserver *vserver, cfg_t *cfg)
{
	unsigned i, count = cfg_size(cfg, "mount");

	vserver->mounts = calloc(count + 1, sizeof(*vserver->mounts));
	if (!vserver->mounts)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		cfg_t *section = cfg_getnsec(cfg, "mount", i);
		struct vns_mount *mount =
			&vserver->mounts[vserver->mount_count++];

		if (copy_string(&mount->target, cfg_title(section)) < 0 ||
		    copy_string(&mount->source, cfg_getstr(section, "source")) <
			    0 ||
		    copy_string(&mount->type, cfg_getstr(section, "type")) <
			    0 ||
		    copy_list(&mount->options, section, "options") < 0)
			return -ENOMEM;
	}
	return 0;
}

static vns_capset read_capabilities(cfg_t *cfg)
{
	vns_capset all = 0, one = 0;
	unsigned i, count = cfg_size(cfg, "capabilities");

	for (i = 0; i < count; i++) {
		const char *name = cfg_getnstr(cfg, "capabilities", i);

		if (strcmp(name, "all") == 0)
			one = VNS_CAPSET_ALL;
		else if (strcmp(name, "tenant") == 0)
			one = vns_capname_tenant();
		else
			(void)vns_capname_find(name, &one);
		all |= one;
	}
	return count ? all : vns_capname_tenant();
}

/* What a tenant who is root needs; its network stays the host's. */
#define USUAL_WITH_USER                                  \
	(VNS_NSSET(VNS_NS_MNT) | VNS_NSSET(VNS_NS_UTS) | \
	 VNS_NSSET(VNS_NS_IPC) | VNS_NSSET(VNS_NS_PID) | \
	 VNS_NSSET(VNS_NS_CGROUP) | VNS_NSSET(VNS_NS_USER))

static vns_nsset read_namespaces(cfg_t *cfg)
{
	unsigned i, count = cfg_size(cfg, "namespaces");
	vns_nsset set = 0;
	enum vns_ns type;

	for (i = 0; i < count; i++)
		if (vns_nsname_find(cfg_getnstr(cfg, "namespaces", i), &type))
			set |= VNS_NSSET(type);
	if (count > 0)
		return set;
	if (!cfg_getstr(cfg, "root"))
		return VNS_NSSET_ALL;
	return cfg_getstr(cfg, "user_namespace") ? USUAL_WITH_USER :
						   VNS_NSSET(VNS_NS_MNT);
}

/*
 * What is configured, with the names put in; and that again must be what the
 * key's check, if it has one, wants: an instance may be called "..".
 */
static int expand(char **text, const char *name, const char *instance,
		  const char *key, const char *path, struct vns_error *err)
{
	const struct vns_subst table[] = {
		{ 'n', name },
		{ 'i', instance },
		{ 0, NULL },
	};
	char expanded[PATH_MAX];
	const char *wrong;
	int rc;

	if (!instance || !*text)
		return 0;
	rc = vns_subst_expand(*text, table, expanded, sizeof(expanded), err);
	if (rc < 0) {
		vns_error_context(err, "%s: %s", path, key);
		return rc;
	}
	wrong = vns_confvalue_wrong(NULL, key, expanded, false);
	if (wrong)
		return vns_error_set(err, EINVAL, "%s: %s = \"%s\": it %s",
				     path, key, expanded, wrong);
	free(*text);
	*text = strdup(expanded);
	return *text ? 0 : vns_error_memory(err);
}

/* By default it is the name. What no host name may have becomes a "-". */
static int expand_hostname(struct vns_vserver *vserver, const char *path,
			   struct vns_error *err)
{
	vns_name name;
	char *at;

	memcpy(name, vserver->name, sizeof(name));
	while ((at = strpbrk(name, "@_")))
		*at = '-';
	if (!vserver->hostname) {
		vserver->hostname = strdup(name);
		return vserver->hostname ? 0 : vns_error_memory(err);
	}
	return expand(&vserver->hostname, name,
		      vserver->instance ?
			      name + (vserver->instance - vserver->name) :
			      NULL,
		      "hostname", path, err);
}

static int expand_all(struct vns_vserver *vserver, const char *path,
		      struct vns_error *err)
{
	const char *name = vserver->name, *instance = vserver->instance;
	int rc = expand(&vserver->root, name, instance, "root", path, err);

	if (rc == 0)
		rc = expand(&vserver->template, name, instance, "template",
			    path, err);
	if (rc == 0)
		rc = expand(&vserver->source, name, instance, "source", path,
			    err);
	return rc < 0 ? rc : expand_hostname(vserver, path, err);
}

static int copy_namespaces(struct vns_vserver *vserver, cfg_t *cfg)
{
	const char *user = cfg_getstr(cfg, "user_namespace");

	vserver->namespaces = read_namespaces(cfg);
	if (!user && vserver->namespaces & VNS_NSSET(VNS_NS_USER) &&
	    cfg_getstr(cfg, "root"))
		user = "auto";
	if (copy_string(&vserver->hostname, cfg_getstr(cfg, "hostname")) < 0)
		return -ENOMEM;
	return copy_string(&vserver->user_namespace, user);
}

static int copy_vserver(struct vns_vserver *vserver, cfg_t *cfg)
{
	vserver->capabilities_named = cfg_size(cfg, "capabilities") > 0;
	vserver->context = (unsigned long)cfg_getint(cfg, "context");
	vserver->capabilities = read_capabilities(cfg);
	vserver->host_log = strcmp(cfg_getstr(cfg, "log"), "host") == 0;
	vserver->start = strcmp(cfg_getstr(cfg, "start"), "manual") == 0 ?
				 VNS_START_MANUAL :
				 VNS_START_ON_LOGIN;
	vserver->stop = strcmp(cfg_getstr(cfg, "stop"), "last-logout") == 0 ?
				VNS_STOP_LAST_LOGOUT :
				VNS_STOP_NEVER;
	if (copy_string(&vserver->root, cfg_getstr(cfg, "root")) < 0 ||
	    copy_string(&vserver->source, cfg_getstr(cfg, "source")) < 0 ||
	    copy_string(&vserver->template, cfg_getstr(cfg, "template")) < 0 ||
	    copy_namespaces(vserver, cfg) < 0 ||
	    copy_hook(&vserver->open, cfg, "open") < 0 ||
	    copy_hook(&vserver->close, cfg, "close") < 0)
		return -ENOMEM;
	return copy_mounts(vserver, cfg);
}

int vns_config_parse_vserver(const char *text, size_t length, const char *path,
			     const char *name, bool instance,
			     struct vns_vserver **vserver,
			     struct vns_error *err)
{
	VNS_AUTOVSERVER struct vns_vserver *made = NULL;
	VNS_AUTOCFG cfg_t *cfg = NULL;
	int rc;

	if (!vns_util_name_valid(name))
		return vns_error_set(err, EINVAL,
				     "\"%s\" is no valid vserver name", name);
	rc = vns_confparse_text(instance ? VNS_CONFPARSE_TEMPLATE :
					   VNS_CONFPARSE_VSERVER,
				text, length, path, &cfg, err);
	if (rc < 0)
		return rc;
	made = calloc(1, sizeof(*made));
	if (!made || copy_vserver(made, cfg) < 0)
		return vns_error_memory(err);
	vns_util_format(made->name, sizeof(made->name), "%s", name);
	if (instance)
		made->instance = strchrnul(made->name, '@') + 1;
	rc = expand_all(made, path, err);
	if (rc < 0)
		return rc;
	*vserver = made;
	made = NULL;
	return 0;
}

void vns_config_free_vserver(struct vns_vserver *vserver)
{
	size_t i;

	if (!vserver)
		return;
	for (i = 0; i < vserver->mount_count; i++) {
		struct vns_mount *mount = &vserver->mounts[i];

		free(mount->target);
		free(mount->source);
		free(mount->type);
		vns_strings_free(&mount->options);
	}
	free(vserver->mounts);
	vns_strings_free(&vserver->open.command);
	vns_strings_free(&vserver->close.command);
	free(vserver->root);
	free(vserver->source);
	free(vserver->hostname);
	free(vserver->user_namespace);
	free(vserver->template);
	free(vserver);
}
