/*
 * Refuses keys of a definition that contradict each other, or that another
 * engine sees to.
 */
#include "config/fit.h"

#include "config/lifecycle.h"
#include "config/value.h"
#include "lib/cgname.h"
#include "lib/idrange.h"
#include "lib/util.h"

#include <string.h>

static bool names_namespace(cfg_t *cfg, const char *name)
{
	unsigned i;

	for (i = 0; i < cfg_size(cfg, "namespaces"); i++)
		if (strcmp(cfg_getnstr(cfg, "namespaces", i), name) == 0)
			return true;
	return false;
}

/*
 * Finds a key that goes with a root directory only; without one another engine
 * sees to what the key is for.
 */
static const char *find_native_key(cfg_t *cfg)
{
	static const char *const keys[] = { "hostname", "user_namespace",
					    "template", "fstab" };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (cfg_getstr(cfg, keys[i]))
			return keys[i];
	if (strcmp(cfg_getstr(cfg, "propagation"), "private") != 0)
		return "propagation";
	if (cfg_getbool(cfg, "nosuid"))
		return "nosuid";
	if (cfg_size(cfg, "map") > 0)
		return "map";
	if (cfg_size(cfg, "devices") > 0)
		return "devices";
	if (cfg_size(cfg, "run_dirs") > 0)
		return "run_dirs";
	if (cfg_size(cfg, "mount") > 0)
		return "mount";
	if (cfg_size(cfg, "limits") > 0)
		return "limits";
	for (i = 0; i < VNS_LIFECYCLE_COUNT; i++) {
		const char *hook =
			vns_config_lifecycle_name((enum vns_lifecycle)i);

		if (cfg_gettsec(cfg, "hook", hook))
			return hook;
	}
	return strcmp(cfg_getstr(cfg, "start"), "boot") == 0 &&
			       cfg_size(cfg, "start_command") == 0 ?
		       "start = \"boot\"" :
		       NULL;
}

/* Finds a key that is about another engine's container. */
static const char *find_foreign_key(cfg_t *cfg)
{
	const char *cgroup = cfg_getstr(cfg, "cgroup");

	if (cfg_size(cfg, "owner") > 0)
		return "owner =";
	if (cfg_getstr(cfg, "confine"))
		return "confine =";
	if (cfg_size(cfg, "start_command") > 0)
		return "start_command =";
	return cgroup && strcmp(cgroup, VNS_VALUE_ITS_CGROUP) == 0 ?
		       "cgroup = \"container\"" :
		       NULL;
}

static int check_namespaces_fit(cfg_t *cfg)
{
	bool user = cfg_getstr(cfg, "user_namespace") != NULL;
	bool named = cfg_size(cfg, "namespaces") > 0;

	if (named && !names_namespace(cfg, "mnt"))
		cfg_error(cfg, "namespaces must contain \"mnt\": a session "
			       "enters the mount namespace");
	else if (user && named && !names_namespace(cfg, "user"))
		cfg_error(cfg, "user_namespace = needs \"user\" in "
			       "namespaces");
	else if (cfg_getstr(cfg, "hostname") && (named || !user) &&
		 !names_namespace(cfg, "uts"))
		cfg_error(cfg, "hostname = needs \"uts\" in namespaces");
	else
		return 0;
	return -1;
}

/*
 * Refuses "shared" with a user namespace: what is mounted inside would be on
 * the host, too, as a tenant's.
 */
static int check_propagation(cfg_t *cfg)
{
	if (strcmp(cfg_getstr(cfg, "propagation"), "shared") != 0 ||
	    (!cfg_getstr(cfg, "user_namespace") &&
	     !names_namespace(cfg, "user")))
		return 0;
	cfg_error(cfg, "propagation = \"shared\" is not possible with a user "
		       "namespace, but \"slave\" is");
	return -1;
}

/* Counts the limits that are set for namespaces, or those of the cgroup. */
static unsigned count_limits(cfg_t *cfg, bool namespaces)
{
	cfg_t *section =
		cfg_size(cfg, "limits") ? cfg_getnsec(cfg, "limits", 0) : NULL;
	unsigned i, found = 0, count = section ? cfg_num(section) : 0;
	enum vns_ns type;

	for (i = 0; i < count; i++) {
		cfg_opt_t *opt = cfg_getnopt(section, i);

		if (cfg_opt_size(opt) > 0 && cfg_opt_getnstr(opt, 0) &&
		    vns_cgname_namespace(cfg_opt_name(opt), &type) ==
			    namespaces)
			found++;
	}
	return found;
}

static int check_limits(cfg_t *cfg)
{
	const char *cgroup = cfg_getstr(cfg, "cgroup");

	if (cgroup && strcmp(cgroup, VNS_VALUE_NO_CGROUP) == 0 &&
	    count_limits(cfg, false) > 0)
		cfg_error(cfg, "limits cannot be used with cgroup = "
			       "\"none\": they are set on the cgroup that "
			       "sessions are moved into");
	else if (count_limits(cfg, true) > 0 &&
		 !cfg_getstr(cfg, "user_namespace") &&
		 !names_namespace(cfg, "user"))
		cfg_error(cfg, "limits: user.max_*_namespaces needs a user "
			       "namespace, for which it counts");
	else
		return 0;
	return -1;
}

/* Refuses a range that ends before the gap that it would have. */
static int check_map(cfg_t *cfg)
{
	const char *text = cfg_getstr(cfg, "user_namespace");
	struct vns_idrange range;

	if (cfg_size(cfg, "map") == 0)
		return 0;
	if (!text && !names_namespace(cfg, "user"))
		cfg_error(cfg, "map needs a user namespace, in which ids are "
			       "mapped");
	else if (text && vns_idrange_parse(text, &range) &&
		 range.count < VNS_IDRANGE_AUTO_COUNT)
		cfg_error(cfg, "map needs a user_namespace of %lu ids or more",
			  VNS_IDRANGE_AUTO_COUNT);
	else
		return 0;
	return -1;
}

static int check_start_command(cfg_t *cfg)
{
	if (cfg_size(cfg, "start_command") == 0 ||
	    vns_util_path_valid(cfg_getnstr(cfg, "start_command", 0)))
		return 0;
	cfg_error(cfg,
		  "start_command = \"%s\": it must begin with the program's "
		  "absolute path",
		  cfg_getnstr(cfg, "start_command", 0));
	return -1;
}

int vns_fit_vserver(cfg_t *cfg, bool template)
{
	bool root = cfg_getstr(cfg, "root") != NULL;
	const char *native = find_native_key(cfg);
	const char *foreign = find_foreign_key(cfg);

	if (template && cfg_getint(cfg, "context") != 0) {
		cfg_error(cfg, "context = is the number of a single vserver; "
			       "vservers made of a template cannot have one");
		return -1;
	}
	if (template && strcmp(cfg_getstr(cfg, "start"), "boot") == 0) {
		cfg_error(cfg, "start = \"boot\" is for a single vserver; at "
			       "boot it is not known which vservers are made "
			       "of a template");
		return -1;
	}
	if (!root && (strcmp(cfg_getstr(cfg, "stop"), "never") != 0 ||
		      cfg_getint(cfg, "stop_delay") != 0)) {
		cfg_error(cfg,
			  "%s = can only be used with root =: another engine "
			  "ends this vserver",
			  cfg_getint(cfg, "stop_delay") != 0 ? "stop_delay" :
							       "stop");
		return -1;
	}
	if (root && foreign) {
		cfg_error(cfg,
			  "%s can only be used with source =: it is about the "
			  "container of another engine",
			  foreign);
		return -1;
	}
	if (root == (cfg_getstr(cfg, "source") != NULL))
		cfg_error(cfg, "a vserver needs either root = or source =, %s",
			  root ? "not both" : "and has neither");
	else if (!root && native)
		cfg_error(cfg,
			  "%s can only be used with root =: another engine "
			  "makes this vserver",
			  native);
	else if (root && strcmp(cfg_getstr(cfg, "root"), "/") == 0)
		cfg_error(cfg, "root = \"/\" is the host itself");
	else if (check_limits(cfg) == 0 && check_namespaces_fit(cfg) == 0 &&
		 check_map(cfg) == 0 && check_start_command(cfg) == 0)
		return check_propagation(cfg);
	return -1;
}
