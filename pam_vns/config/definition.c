/*
 * Copies what libconfuse has parsed of a vserver's definition into a struct,
 * and puts the vserver's name into what a template says.
 */
#include "config/definition.h"

#include "config/copy.h"
#include "config/grammar.h"
#include "config/value.h"
#include "lib/cgname.h"
#include "lib/subst.h"

#include <errno.h>
#include <string.h>

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

		if (vns_copy_string(&mount->target, cfg_title(section)) < 0 ||
		    vns_copy_string(&mount->source,
				    cfg_getstr(section, "source")) < 0 ||
		    vns_copy_string(&mount->type, cfg_getstr(section, "type")) <
			    0 ||
		    vns_copy_list(&mount->options, section, "options") < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Returns false if the limit is one of the cgroup's. */
static bool copy_namespace_limit(struct vns_vserver *vserver, cfg_opt_t *opt)
{
	enum vns_ns type;

	if (!vns_cgname_namespace(cfg_opt_name(opt), &type))
		return false;
	vserver->limited.set |= VNS_NSSET(type);
	(void)vns_util_number(cfg_opt_getnstr(opt, 0),
			      VNS_CGNAME_NAMESPACES_MAX,
			      &vserver->limited.max[type]);
	return true;
}

static int copy_limits(struct vns_vserver *vserver, cfg_t *cfg)
{
	cfg_t *section =
		cfg_size(cfg, "limits") ? cfg_getnsec(cfg, "limits", 0) : NULL;
	unsigned i, k, count = section ? cfg_num(section) : 0;

	vserver->limits = calloc(count + 1, sizeof(*vserver->limits));
	if (!vserver->limits)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		cfg_opt_t *opt = cfg_getnopt(section, i);
		struct vns_limit *limit =
			&vserver->limits[vserver->limit_count];

		if (cfg_opt_size(opt) == 0 || !cfg_opt_getnstr(opt, 0) ||
		    copy_namespace_limit(vserver, opt))
			continue;
		vserver->limit_count++;
		if (vns_copy_string(&limit->file, cfg_opt_name(opt)) < 0)
			return -ENOMEM;
		for (k = 0; k < cfg_opt_size(opt); k++)
			if (vns_strings_add(&limit->values,
					    cfg_opt_getnstr(opt, k)) < 0)
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

/*
 * The namespaces that a native vserver has by default. Without "pid", anything
 * on the host that runs the user's processes, as systemd --user does, is a way
 * out.
 */
#define USUAL (VNS_NSSET(VNS_NS_MNT) | VNS_NSSET(VNS_NS_PID))
/* The default for a tenant who is root; the network stays the host's. */
#define USUAL_WITH_USER                                          \
	(USUAL | VNS_NSSET(VNS_NS_UTS) | VNS_NSSET(VNS_NS_IPC) | \
	 VNS_NSSET(VNS_NS_CGROUP) | VNS_NSSET(VNS_NS_USER))

/* In seconds: an image may have to be found, or mounted. */
#define START_COMMAND_TIMEOUT 60
#define USUAL_CGROUP VNS_CGNAME_PARENT "/%n"

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
	return cfg_getstr(cfg, "user_namespace") ? USUAL_WITH_USER : USUAL;
}

/*
 * Puts the names into a configured value. The result must again pass the key's
 * check.
 */
static int put_in(char **text, const char *name, const char *instance,
		  const char *key, const char *path, struct vns_error *err)
{
	const struct vns_subst table[] = {
		{ 'n', name, false },
		{ 'i', instance, false },
		{ 0, NULL, false },
	};
	char expanded[PATH_MAX];
	const char *wrong;
	int rc;

	if (!*text)
		return 0;
	rc = vns_subst_expand(*text, table, expanded, sizeof(expanded), err);
	if (rc < 0) {
		vns_error_context(err, "%s: %s", path, key);
		return rc;
	}
	wrong = vns_value_wrong(VNS_VALUE_EXPANDED, key, expanded, false);
	if (wrong)
		return vns_error_set(err, EINVAL, "%s: %s = \"%s\": it %s",
				     path, key, expanded, wrong);
	free(*text);
	*text = strdup(expanded);
	return *text ? 0 : vns_error_memory(err);
}

static int expand(char **text, const char *name, const char *instance,
		  const char *key, const char *path, struct vns_error *err)
{
	return instance ? put_in(text, name, instance, key, path, err) : 0;
}

/*
 * The default host name is the vserver's name, with a "-" for each character
 * that no host name may have, and an "x" where none may begin with that.
 */
static int expand_hostname(struct vns_vserver *vserver, const char *path,
			   struct vns_error *err)
{
	vns_name name;
	char *instance = NULL, *at;

	memcpy(name, vserver->name, sizeof(name));
	if (vserver->instance)
		instance = name + (vserver->instance - vserver->name);
	if (name[0] == '%')
		name[0] = 'x';
	if (instance && instance[0] == '%')
		instance[0] = 'x';
	while ((at = strpbrk(name, "@_%")))
		*at = '-';
	if (!vserver->hostname) {
		vserver->hostname = strdup(name);
		return vserver->hostname ? 0 : vns_error_memory(err);
	}
	return expand(&vserver->hostname, name, instance, "hostname", path,
		      err);
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
		rc = expand(&vserver->fstab, name, instance, "fstab", path,
			    err);
	if (rc == 0)
		rc = expand(&vserver->source, name, instance, "source", path,
			    err);
	if (rc == 0)
		rc = put_in(&vserver->cgroup, name, instance, "cgroup", path,
			    err);
	return rc < 0 ? rc : expand_hostname(vserver, path, err);
}

static int copy_namespaces(struct vns_vserver *vserver, cfg_t *cfg)
{
	const char *user = cfg_getstr(cfg, "user_namespace");

	vserver->namespaces = read_namespaces(cfg);
	vserver->limited.own = vserver->namespaces;
	if (!user && vserver->namespaces & VNS_NSSET(VNS_NS_USER) &&
	    cfg_getstr(cfg, "root"))
		user = "auto";
	if (vns_copy_string(&vserver->hostname, cfg_getstr(cfg, "hostname")) <
	    0)
		return -ENOMEM;
	return vns_copy_string(&vserver->user_namespace, user);
}

/*
 * Mount sections may have all that this key may be, so their parser reads it.
 */
static unsigned long read_propagation(cfg_t *cfg)
{
	struct vns_mountopt options;

	vns_mountopt_init(&options, "bind");
	vns_mountopt_add(&options, cfg_getstr(cfg, "propagation"));
	return options.propagation;
}

static enum vns_seccomp read_seccomp(const char *value)
{
	if (!value)
		return VNS_SECCOMP_USUAL;
	return strcmp(value, "none") == 0 ? VNS_SECCOMP_NONE :
					    VNS_SECCOMP_TENANT;
}

static enum vns_shell_check read_shell_check(const char *value)
{
	if (strcmp(value, "yes") == 0)
		return VNS_SHELL_CHECK_YES;
	return strcmp(value, "no") == 0 ? VNS_SHELL_CHECK_NO :
					  VNS_SHELL_CHECK_AUTO;
}

static bool reads_confine(cfg_t *cfg)
{
	const char *value = cfg_getstr(cfg, "confine");

	return cfg_getstr(cfg, "source") &&
	       !(value && strcmp(value, "none") == 0);
}

static enum vns_start read_start(const char *value)
{
	if (strcmp(value, "boot") == 0)
		return VNS_START_BOOT;
	return strcmp(value, "manual") == 0 ? VNS_START_MANUAL :
					      VNS_START_ON_LOGIN;
}

/*
 * Copies the cgroup. A native vserver has one wherever its sessions are: its
 * init process is in it.
 */
static int copy_cgroup(struct vns_vserver *vserver, cfg_t *cfg)
{
	const char *cgroup = cfg_getstr(cfg, "cgroup");

	if (cgroup && strcmp(cgroup, VNS_VALUE_NO_CGROUP) == 0) {
		vserver->cgroup_apart = true;
		cgroup = NULL;
	}
	if (cgroup && strcmp(cgroup, VNS_VALUE_ITS_CGROUP) == 0) {
		vserver->cgroup_container = true;
		cgroup = NULL;
	}
	if (!cgroup && vserver->root) {
		vserver->cgroup_usual = vserver->limit_count == 0;
		cgroup = USUAL_CGROUP;
	}
	return vns_copy_string(&vserver->cgroup, cgroup);
}

static int copy_start_command(struct vns_hook *hook, cfg_t *cfg)
{
	if (cfg_size(cfg, "start_command") == 0)
		return 0;
	hook->timeout = START_COMMAND_TIMEOUT;
	return vns_copy_list(&hook->command, cfg, "start_command");
}

static int copy_vserver(struct vns_vserver *vserver, cfg_t *cfg)
{
	vserver->propagation = read_propagation(cfg);
	vserver->capabilities_named = cfg_size(cfg, "capabilities") > 0;
	vserver->map_users = cfg_size(cfg, "map") > 0;
	vserver->context = (unsigned long)cfg_getint(cfg, "context");
	vserver->capabilities = read_capabilities(cfg);
	vserver->confine = reads_confine(cfg);
	vserver->seccomp = read_seccomp(cfg_getstr(cfg, "seccomp"));
	vserver->no_new_privs = cfg_getbool(cfg, "no_new_privs") == cfg_true;
	vserver->nosuid = cfg_getbool(cfg, "nosuid") == cfg_true;
	vserver->stop_delay = (unsigned)cfg_getint(cfg, "stop_delay");
	vserver->max_sessions = (unsigned long)cfg_getint(cfg, "max_sessions");
	vserver->host_log = strcmp(cfg_getstr(cfg, "log"), "host") == 0;
	vserver->shell_check = read_shell_check(cfg_getstr(cfg, "shell_check"));
	vserver->start = read_start(cfg_getstr(cfg, "start"));
	vserver->stop = strcmp(cfg_getstr(cfg, "stop"), "last-logout") == 0 ?
				VNS_STOP_LAST_LOGOUT :
				VNS_STOP_NEVER;
	if (vns_copy_string(&vserver->root, cfg_getstr(cfg, "root")) < 0 ||
	    vns_copy_string(&vserver->source, cfg_getstr(cfg, "source")) < 0 ||
	    vns_copy_list(&vserver->owners, cfg, "owner") < 0 ||
	    vns_copy_string(&vserver->template, cfg_getstr(cfg, "template")) <
		    0 ||
	    vns_copy_string(&vserver->fstab, cfg_getstr(cfg, "fstab")) < 0 ||
	    copy_namespaces(vserver, cfg) < 0 ||
	    vns_copy_list(&vserver->devices, cfg, "devices") < 0 ||
	    vns_copy_list(&vserver->run_dirs, cfg, "run_dirs") < 0 ||
	    vns_copy_list(&vserver->environment, cfg, "environment") < 0 ||
	    copy_limits(vserver, cfg) < 0 || copy_cgroup(vserver, cfg) < 0 ||
	    vns_copy_session_hooks(&vserver->open, &vserver->close, cfg) < 0 ||
	    copy_start_command(&vserver->engine_start, cfg) < 0 ||
	    vns_copy_lifecycle(vserver->lifecycle, cfg) < 0)
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
				     "\"%s\" is not a valid vserver name",
				     name);
	rc = vns_grammar_text(instance ? VNS_GRAMMAR_TEMPLATE :
					 VNS_GRAMMAR_VSERVER,
			      text, length, path, &cfg, err);
	if (rc < 0)
		return rc;
	made = calloc(1, sizeof(*made));
	if (!made || copy_vserver(made, cfg) < 0)
		return vns_error_memory(err);
	vns_util_format(made->name, sizeof(made->name), "%s", name);
	if (instance)
		made->instance = strchrnul(made->name, '@') + 1;
	/* "@.." would be valid in many a path, but lead elsewhere. */
	if (instance && !vns_util_name_valid(made->instance))
		return vns_error_set(err, EINVAL,
				     "vserver \"%s\": what is behind the \"@\" "
				     "must begin with a letter or a digit",
				     name);
	rc = expand_all(made, path, err);
	if (rc < 0)
		return rc;
	*vserver = made;
	made = NULL;
	return 0;
}

int vns_config_mount_source(const struct vns_vserver *vserver,
			    const struct vns_mount *mount,
			    const struct vns_mountopt *options,
			    char source[PATH_MAX], struct vns_error *err)
{
	const struct vns_subst table[] = {
		{ 'n', vserver->name, false },
		{ 'i', vserver->instance, false },
		{ 0, NULL, false },
	};
	const char *wrong;
	int rc;

	source[0] = '\0';
	if (!mount->source)
		return 0;
	rc = vns_subst_expand(mount->source, table, source, PATH_MAX, err);
	wrong = rc < 0 ? NULL :
			 vns_mountopt_wrong(options, mount->type, source);
	return wrong ? vns_error_set(err, EINVAL, "%s: it %s", source, wrong) :
		       rc;
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
	for (i = 0; i < vserver->limit_count; i++) {
		free(vserver->limits[i].file);
		vns_strings_free(&vserver->limits[i].values);
	}
	free(vserver->limits);
	vns_strings_free(&vserver->devices);
	vns_strings_free(&vserver->run_dirs);
	vns_strings_free(&vserver->environment);
	free(vserver->cgroup);
	vns_strings_free(&vserver->engine_start.command);
	vns_strings_free(&vserver->open.command);
	vns_copy_free_lifecycle(vserver->lifecycle);
	vns_strings_free(&vserver->close.command);
	free(vserver->root);
	free(vserver->source);
	vns_strings_free(&vserver->owners);
	free(vserver->hostname);
	free(vserver->user_namespace);
	free(vserver->template);
	free(vserver->fstab);
	free(vserver);
}

vns_capset vns_config_capabilities(const struct vns_vserver *vserver,
				   bool user_namespace)
{
	return user_namespace && !vserver->capabilities_named ?
		       VNS_CAPSET_ALL :
		       vserver->capabilities;
}

struct vns_restriction vns_config_restriction(const struct vns_vserver *vserver,
					      bool user_namespace)
{
	return (struct vns_restriction){
		.no_new_privs = vserver->no_new_privs,
		.calls = vserver->seccomp == VNS_SECCOMP_USUAL ?
				 user_namespace :
				 vserver->seccomp == VNS_SECCOMP_TENANT,
	};
}
