/* Checks configuration files, and what they name on this host. */
#include "doctor/check.h"

#include "config/definition.h"
#include "config/lifecycle.h"
#include "doctor/draft.h"
#include "lib/idrange.h"
#include "system/account.h"
#include "native/devices.h"
#include "native/prepare.h"
#include "native/trial.h"
#include "native/cgtree.h"
#include "config/load.h"
#include "lib/subst.h"
#include "lib/username.h"
#include "vserver/names.h"
#include "system/safefile.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_error(struct vns_findings *findings, const char *text)
{
	findings->errors++;
	findings->found(findings->context, true, text);
}

static void add_warning(struct vns_findings *findings, const char *file,
			const char *text)
{
	char line[PATH_MAX + VNS_ERROR_MAX];

	findings->warnings++;
	snprintf(line, sizeof(line), "%s: warning: %s", file, text);
	findings->found(findings->context, false, line);
}

static void check_group(const char *file, const struct vns_rule *rule,
			const char *group, struct vns_findings *findings)
{
	struct vns_error err;
	unsigned long number;
	char text[256];
	bool found;
	gid_t gid;

	group += group[0] == '!';
	if (vns_util_number(group, UINT_MAX, &number))
		return;
	if (vns_account_group_id(group, &gid, &found, &err) == 0 && found)
		return;
	snprintf(text, sizeof(text),
		 "rule \"%s\": group \"%s\" does not exist now, so nobody is "
		 "in it",
		 rule->name, group);
	add_warning(findings, file, text);
}

/*
 * Stores the name of a vserver that the target can stand for. If the target
 * contains "%", the name is only known at a login; but if it stands for
 * instances of one template, any instance will do, as they share the template's
 * file. "%%" is always the same.
 */
static bool one_of_them(const char *vserver, vns_name name)
{
	static const struct vns_subst none[] = { { 0, NULL, false } };
	size_t fixed = strcspn(vserver, "%");
	struct vns_error ignored;

	if (vns_subst_valid(vserver, ""))
		return vns_subst_expand(vserver, none, name, sizeof(vns_name),
					&ignored) == 0;
	return memchr(vserver, '@', fixed) &&
	       vns_util_format(name, sizeof(vns_name), "%.*si", (int)fixed,
			       vserver);
}

static void check_rule(const struct vns_config *config, const char *file,
		       const struct vns_rule *rule,
		       struct vns_findings *findings)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err;
	vns_name name;
	size_t i;

	for (i = 0; i < rule->groups.count; i++)
		check_group(file, rule, rule->groups.items[i], findings);
	if (rule->target != VNS_TARGET_VSERVER ||
	    !one_of_them(rule->vserver, name))
		return;
	if (vns_load_vserver(config, name, &vserver, &err) < 0) {
		char text[VNS_ERROR_MAX + 256];

		snprintf(text, sizeof(text), "%s: rule \"%s\": %s", file,
			 rule->name, err.text);
		add_error(findings, text);
	}
}

static void check_rules(const struct vns_config *config,
			const struct vns_config *rules, const char *file,
			struct vns_findings *findings)
{
	size_t i;

	for (i = 0; i < rules->rule_count; i++)
		check_rule(config, file, &rules->rules[i], findings);
}

/*
 * Checks the fstab. The sources are not checked for an instance, as they differ
 * from one instance to the next.
 */
static void check_fstab(const struct vns_vserver *vserver, const char *file,
			struct vns_findings *findings)
{
	VNS_AUTOFSTAB struct vns_fstab *fstab = NULL;
	struct vns_error err;
	size_t i;

	if (vns_load_fstab(vserver, &fstab, &err) < 0) {
		vns_error_context(&err, "%s", file);
		add_error(findings, err.text);
		return;
	}
	for (i = 0; fstab && !vserver->instance && i < fstab->count; i++) {
		const struct vns_mount *mount = &fstab->mounts[i];

		if (vns_prepare_check_mount(vserver, mount, &err) == 0)
			continue;
		vns_prepare_name_mount(mount, fstab->path, &err);
		add_error(findings, err.text);
	}
}

/*
 * Checks the root directory and the sources of mounts in the way a start would
 * use them.
 */
static void check_definition(const struct vns_config *config,
			     const struct vns_vserver *vserver,
			     const char *file, struct vns_findings *findings)
{
	struct vns_error err;
	size_t i;

	/* It is not known yet what a pre-start hook makes. */
	if (vns_config_has_hook(config, vserver, VNS_LIFECYCLE_PRE_START))
		return;
	for (i = 0; i < vserver->mount_count; i++) {
		const struct vns_mount *mount = &vserver->mounts[i];

		if (vns_prepare_check_mount(vserver, mount, &err) == 0)
			continue;
		vns_prepare_name_mount(mount, NULL, &err);
		vns_error_context(&err, "%s", file);
		add_error(findings, err.text);
	}
	check_fstab(vserver, file, findings);
	if (vserver->root && (vns_prepare_check_root(vserver, &err) < 0 ||
			      (vserver->user_namespace &&
			       vns_trial_vserver(vserver, &err) < 0))) {
		vns_error_context(&err, "%s", file);
		add_error(findings, err.text);
	}
}

/* Checks of a template what all its instances have in common. */
static void check_template(const struct vns_vserver *vserver, const char *file,
			   struct vns_findings *findings)
{
	struct vns_error err;

	if (vserver->fstab && access(vserver->fstab, F_OK) == 0)
		check_fstab(vserver, file, findings);
	if (!vserver->template || !vserver->user_namespace ||
	    access(vserver->template, F_OK) < 0 ||
	    vns_trial_template(vserver, &err) == 0)
		return;
	vns_error_context(&err, "%s", file);
	add_error(findings, err.text);
}

/* Checks the limits, which are the same for all instances of a template. */
static void check_limits(const struct vns_vserver *vserver, const char *file,
			 struct vns_findings *findings)
{
	struct vns_error err;

	if (vns_cgtree_check(vserver, &err) == 0)
		return;
	vns_error_context(&err, "%s", file);
	add_error(findings, err.text);
}

/*
 * Checks the devices, which are the host's and the same for all instances of a
 * template. A hook may load the module of one.
 */
static void check_devices(const struct vns_config *config,
			  const struct vns_vserver *vserver, const char *file,
			  struct vns_findings *findings)
{
	char text[PATH_MAX + 64];
	struct vns_error err;
	size_t i;

	if (vns_config_has_hook(config, vserver, VNS_LIFECYCLE_PRE_START))
		return;
	for (i = 0; i < vserver->devices.count; i++) {
		const char *pattern = vserver->devices.items[i];
		struct vns_strings found = { 0 };

		if (vns_devices_find(pattern, &found, &err) < 0) {
			vns_error_context(&err, "%s: devices", file);
			add_error(findings, err.text);
		} else if (found.count == 0) {
			snprintf(text, sizeof(text),
				 "devices = \"%s\": there is no such device "
				 "now",
				 pattern);
			add_warning(findings, file, text);
		}
		vns_strings_free(&found);
	}
}

/* Warns of a key that has no effect. */
static void check_stop(const struct vns_vserver *vserver, const char *file,
		       struct vns_findings *findings)
{
	if (vserver->stop_delay > 0 && vserver->stop != VNS_STOP_LAST_LOGOUT)
		add_warning(findings, file,
			    "stop_delay has no effect without stop = "
			    "\"last-logout\"");
}

/* Checks a range of ids by itself; overlap.h compares it with others. */
static void check_range(const struct vns_vserver *vserver, const char *file,
			struct vns_findings *findings)
{
	struct vns_idrange ids;
	struct vns_error err;

	if (!vserver->user_namespace ||
	    !vns_idrange_parse(vserver->user_namespace, &ids) ||
	    vns_idrange_check(&ids, &err) == 0)
		return;
	vns_error_context(&err, "%s", file);
	add_error(findings, err.text);
}

struct context {
	unsigned long number;
	vns_name name;
};

/* Collects the definitions seen so far that have a context number. */
struct contexts {
	struct context *items;
	size_t count;
};

static int compare_contexts(const void *a, const void *b)
{
	const struct context *first = a, *second = b;

	if (first->number == second->number)
		return 0;
	return first->number < second->number ? -1 : 1;
}

static void check_contexts(struct contexts *contexts, const char *directory,
			   struct vns_findings *findings)
{
	char text[256];
	size_t i;

	qsort(contexts->items, contexts->count, sizeof(*contexts->items),
	      compare_contexts);
	for (i = 1; i < contexts->count; i++) {
		if (contexts->items[i].number != contexts->items[i - 1].number)
			continue;
		snprintf(text, sizeof(text),
			 "%s: context %lu is the number of both \"%s\" and "
			 "\"%s\"",
			 directory, contexts->items[i].number,
			 contexts->items[i - 1].name, contexts->items[i].name);
		add_error(findings, text);
	}
}

static void check_vserver(const struct vns_config *config, const char *name,
			  struct contexts *contexts,
			  struct vns_findings *findings)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err;
	char file[PATH_MAX];

	findings->files++;
	/* Any instance will do to check a template. */
	snprintf(file, sizeof(file), "%s%s", name,
		 vns_util_template(name) ? "i" : "");
	if (vns_load_vserver(config, file, &vserver, &err) < 0) {
		add_error(findings, err.text);
		return;
	}
	snprintf(file, sizeof(file), "%s/%s.conf", config->vserver_dir, name);
	check_limits(vserver, file, findings);
	check_stop(vserver, file, findings);
	check_devices(config, vserver, file, findings);
	if (vserver->instance) {
		check_template(vserver, file, findings);
		return;
	}
	check_definition(config, vserver, file, findings);
	if (vserver->context == 0)
		return;
	contexts->items[contexts->count].number = vserver->context;
	memcpy(contexts->items[contexts->count++].name, vserver->name,
	       sizeof(vns_name));
}

static void check_vservers(const struct vns_config *config,
			   struct vns_findings *findings)
{
	struct vns_strings names = { 0 };
	struct contexts contexts = { NULL, 0 };
	struct vns_error err;
	size_t i;

	if (vns_names_defined(config, &names, &err) < 0)
		add_error(findings, err.text);
	contexts.items = calloc(names.count + 1, sizeof(*contexts.items));
	for (i = 0; contexts.items && i < names.count; i++)
		check_vserver(config, names.items[i], &contexts, findings);
	if (contexts.items)
		check_contexts(&contexts, config->vserver_dir, findings);
	free(contexts.items);
	vns_strings_free(&names);
}

/* Whether the path is that of NAME.conf. If so, name is set to NAME. */
static bool is_user_file(const char *path, vns_username name)
{
	const char *file = strrchr(path, '/') + 1;
	const char *dot = strrchr(file, '.');

	return dot && strcmp(dot, ".conf") == 0 &&
	       vns_util_format(name, sizeof(vns_username), "%.*s",
			       (int)(dot - file), file);
}

/* Finds whose file this is: nobody's, if it is called AD\carl or AD%5ccarl. */
static int find_user(const char *path, const vns_username name,
		     vns_username user, struct vns_error *err)
{
	vns_username right;
	char *at;

	if (vns_username_decode(name, user, sizeof(vns_username)))
		return 0;
	memcpy(right, name, sizeof(vns_username));
	for (at = right; *at; at++)
		if (at > right &&
		    (at[-1] == '%' || (at - 1 > right && at[-2] == '%')))
			*at = (char)toupper(*at);
	if (vns_username_decode(right, user, sizeof(vns_username)) ||
	    vns_username_encode(name, right, sizeof(right)))
		return vns_load_misnamed(path, right, err);
	return vns_error_set(err, EINVAL,
			     "%s: no user's file has this name, so it is never "
			     "read",
			     path);
}

static void check_user(const struct vns_config *config, const char *file,
		       struct vns_findings *findings)
{
	VNS_AUTOCONFIG struct vns_config *own = NULL;
	struct vns_error err;
	char path[PATH_MAX];
	vns_username name, user;

	snprintf(path, sizeof(path), "%s/%s", config->user_dir, file);
	if (!is_user_file(path, name))
		return;
	findings->files++;
	if (find_user(path, name, user, &err) < 0 ||
	    vns_load_user(config, user, &own, &err) < 0)
		add_error(findings, err.text);
	else if (own)
		check_rules(config, own, path, findings);
}

static void check_users(const struct vns_config *config,
			struct vns_findings *findings)
{
	struct dirent *entry;
	DIR *directory = config->user_dir ? opendir(config->user_dir) : NULL;

	if (!directory)
		return;
	while ((entry = readdir(directory)))
		check_user(config, entry->d_name, findings);
	closedir(directory);
}

/* The kind of a draft is told from where it lies, or from its contents. */
void vns_check_file(const struct vns_config *config, const char *file,
		    struct vns_findings *findings)
{
	VNS_AUTOFREE char *text = NULL;
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	VNS_AUTOCONFIG struct vns_config *rules = NULL;
	char path[PATH_MAX];
	struct vns_error err;
	vns_username name, user;
	size_t length;
	int rc;

	findings->files++;
	if (!realpath(file, path)) {
		vns_error_errno(&err, errno, "%s", file);
		add_error(findings, err.text);
		return;
	}
	rc = vns_safefile_read(path, VNS_CONFIG_SIZE_MAX, &text, &length, &err);
	if (rc == 0 && (vns_draft_lies_in(path, config->vserver_dir) ||
			vns_draft_sets_root(text))) {
		rc = vns_config_parse_vserver(text, length, path, "draft@i",
					      vns_draft_is_template(path),
					      &vserver, &err);
		if (rc == 0) {
			check_limits(vserver, path, findings);
			check_stop(vserver, path, findings);
			check_devices(config, vserver, path, findings);
			check_range(vserver, path, findings);
		}
		if (rc == 0 && !vserver->instance)
			check_definition(config, vserver, path, findings);
	} else if (rc == 0 && vns_draft_lies_in(path, config->user_dir)) {
		if (is_user_file(path, name))
			rc = find_user(path, name, user, &err);
		if (rc == 0)
			rc = vns_config_parse_user(text, length, path, &rules,
						   &err);
	} else if (rc == 0) {
		rc = vns_config_parse(text, length, path, &rules, &err);
	}
	if (rc < 0)
		add_error(findings, err.text);
	else if (rules)
		check_rules(config, rules, path, findings);
}

void vns_check_all(const struct vns_config *config, const char *path,
		   struct vns_findings *findings)
{
	findings->files++;
	check_rules(config, config, path, findings);
	check_users(config, findings);
	check_vservers(config, findings);
}
