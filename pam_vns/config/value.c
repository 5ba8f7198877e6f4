/* Checks a value with the function that a table names for its key. */
#include "config/value.h"

#include "lib/capname.h"
#include "lib/cgname.h"
#include "lib/devname.h"
#include "lib/envrule.h"
#include "lib/idrange.h"
#include "config/match.h"
#include "lib/nsname.h"
#include "config/types.h"
#include "lib/subst.h"
#include "lib/tmpline.h"
#include "lib/util.h"

#include <limits.h>
#include <string.h>

#define HOSTNAME_MAX 64

static const char *check_path(const char *value)
{
	return vns_util_path_valid(value) ?
		       NULL :
		       "must be an absolute path without \".\", \"..\", \"//\" "
		       "or a \"/\" at the end";
}

static const char *check_text(const char *value)
{
	return *value ? NULL : "must not be empty";
}

static const char *check_pattern(const char *value)
{
	return *value && strcmp(value, "!") != 0 ? NULL : "must not be empty";
}

static const char *check_groups(const char *value)
{
	return check_pattern(value) || strpbrk(value, "*?[") ?
		       "must be a group's name or number, not a pattern" :
		       NULL;
}

static const char *check_uids(const char *value)
{
	return vns_match_uid_valid(value + (*value == '!')) ?
		       NULL :
		       "must be a user id or a range MIN-MAX";
}

static const char *check_rhosts(const char *value)
{
	return vns_match_rhost_valid(value + (*value == '!')) ?
		       NULL :
		       "must be a host name, an address or ADDRESS/BITS";
}

static const char *check_rule_target(const char *value)
{
	return strcmp(value, "host") == 0 || strcmp(value, "deny") == 0 ?
		       NULL :
		       "must be \"host\" or \"deny\"";
}

static const char *check_on_error(const char *value)
{
	return strcmp(value, "deny") == 0 ?
		       NULL :
		       "must be \"deny\": a user whom a rule places is placed "
		       "or refused, never let onto the host";
}

static const char *check_vserver(const char *value)
{
	size_t i;

	for (i = 0; value[i]; i++)
		if (value[i] != '%' && !strchr("_.@-", value[i]) &&
		    !((value[i] | 32) >= 'a' && (value[i] | 32) <= 'z') &&
		    !(value[i] >= '0' && value[i] <= '9'))
			return "may have letters, digits, \"_.@-\" and %u, %U, "
			       "%g, %%";
	if (i == 0 || i > 2UL * VNS_NAME_MAX)
		return "must be a vserver's name";
	return vns_subst_valid(value, "uUg") ?
		       NULL :
		       "can have %u, %U, %g and %% only";
}

static const char *check_start(const char *value)
{
	return strcmp(value, "on-login") == 0 || strcmp(value, "boot") == 0 ||
			       strcmp(value, "manual") == 0 ?
		       NULL :
		       "must be \"on-login\", \"boot\" or \"manual\"";
}

static const char *check_stop(const char *value)
{
	return strcmp(value, "never") == 0 ||
			       strcmp(value, "last-logout") == 0 ?
		       NULL :
		       "must be \"never\" or \"last-logout\"";
}

static const char *check_seccomp(const char *value)
{
	return strcmp(value, "tenant") == 0 || strcmp(value, "none") == 0 ?
		       NULL :
		       "must be \"tenant\" or \"none\"";
}

static const char *check_log(const char *value)
{
	return strcmp(value, "host") == 0 || strcmp(value, "none") == 0 ?
		       NULL :
		       "must be \"host\" or \"none\"";
}

static const char *check_shell_check(const char *value)
{
	return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0 ||
			       strcmp(value, "auto") == 0 ?
		       NULL :
		       "must be \"yes\", \"no\" or \"auto\"";
}

static const char *check_namespaces(const char *value)
{
	enum vns_ns ignored;

	return vns_nsname_find(value, &ignored) ?
		       NULL :
		       "must be one of \"mnt\", \"uts\", \"ipc\", \"pid\", "
		       "\"net\", \"cgroup\", \"user\", \"time\"";
}

static const char *check_user_namespace(const char *value)
{
	struct vns_idrange ignored;

	return strcmp(value, "auto") == 0 ||
			       vns_idrange_parse(value, &ignored) ?
		       NULL :
		       "must be \"auto\" or BASE:COUNT, a range of user and "
		       "group ids from 65536 up";
}

static const char *check_map(const char *value)
{
	return strcmp(value, "users") == 0 ? NULL : "must be \"users\"";
}

static const char *check_capabilities(const char *value)
{
	vns_capset ignored;

	if (strcmp(value, "tenant") == 0 || strcmp(value, "all") == 0 ||
	    vns_capname_find(value, &ignored))
		return NULL;
	return "must be \"tenant\", \"all\" or a list of capabilities' names";
}

static const char *check_devices(const char *value)
{
	if (!vns_util_path_valid(value) || strncmp(value, "/dev/", 5) != 0)
		return "must be a path below \"/dev\", or a pattern of such "
		       "paths";
	return vns_devname_own(value) ?
		       "must be no device that a vserver has of its own" :
		       NULL;
}

static const char *check_run_dirs(const char *value)
{
	struct vns_tmpline ignored;

	return strcmp(value, VNS_RUN_DIRS_TREE) == 0 ||
			       strcmp(value, VNS_RUN_DIRS_NONE) == 0 ||
			       vns_tmpline_value(value, &ignored) ?
		       NULL :
		       "must be \"NAME\" or \"NAME MODE UID GID\" of a "
		       "directory below /run, \"tmpfiles.d\" or \"none\"";
}

static const char *check_environment(const char *value)
{
	const char *wrong = vns_envrule_wrong(value);

	if (wrong || vns_subst_valid(value, "nuU"))
		return wrong;
	return "can have %n, %u, %U and %% only";
}

static const char *check_some_environment(const char *value)
{
	const char *wrong = vns_envrule_wrong(value);

	if (wrong || vns_subst_valid(value, "niuU"))
		return wrong;
	return "can have %n, %i, %u, %U and %% only";
}

static const char *check_hook_error(const char *value)
{
	return strcmp(value, "deny") == 0 || strcmp(value, "ignore") == 0 ?
		       NULL :
		       "must be \"deny\" or \"ignore\"";
}

static const char *check_mount_type(const char *value)
{
	const char *p;

	for (p = value; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
		      *p == '_' || *p == '.' || *p == '-'))
			break;
	return p > value && !*p ? NULL :
				  "must be \"bind\", \"rbind\", \"none\" or "
				  "a filesystem's name";
}

static const char *check_mount_option(const char *value)
{
	return *value && !strchr(value, ',') ?
		       NULL :
		       "must be one option each: {\"ro\", \"nodev\"}";
}

/* A program, and its arguments behind blanks. */
static bool is_command(const char *value)
{
	char program[PATH_MAX];

	return vns_util_format(program, sizeof(program), "%.*s",
			       (int)strcspn(value, " "), value) &&
	       vns_util_path_valid(program) && strcmp(program, "/") != 0;
}

static const char *check_source(const char *value)
{
	if (strcmp(value, VNS_SOURCE_ADOPTED) == 0 ||
	    (strncmp(value, "exec:", 5) == 0 && is_command(value + 5)) ||
	    (strncmp(value, "ns:", 3) == 0 && vns_util_path_valid(value + 3)) ||
	    (strncmp(value, "pidfile:", 8) == 0 &&
	     vns_util_path_valid(value + 8)))
		return NULL;
	return "must be \"pidfile:/PATH\", \"ns:/PATH\", \"exec:/PROGRAM "
	       "ARGUMENT...\" or \"adopted\"";
}

/* A name as the host's accounts have; none has these characters. */
static const char *check_owner(const char *value)
{
	return strcmp(value, VNS_OWNER_USER) == 0 ||
			       (*value && !strpbrk(value, "%:/, \t")) ?
		       NULL :
		       "must be a user's name or number, or \"%u\" for the "
		       "user who logs in";
}

static const char *check_confine(const char *value)
{
	return strcmp(value, "container") == 0 || strcmp(value, "none") == 0 ?
		       NULL :
		       "must be \"container\" or \"none\"";
}

static const char *check_propagation(const char *value)
{
	return strcmp(value, "private") == 0 || strcmp(value, "slave") == 0 ||
			       strcmp(value, "shared") == 0 ?
		       NULL :
		       "must be \"private\", \"slave\" or \"shared\"";
}

/*
 * Checks the form that RFC 1123 has, and the length that sethostname(2) takes.
 */
static const char *check_hostname(const char *value)
{
	size_t i;

	for (i = 0; value[i]; i++)
		if (!((value[i] | 32) >= 'a' && (value[i] | 32) <= 'z') &&
		    !(value[i] >= '0' && value[i] <= '9') &&
		    (i == 0 || !strchr("-.", value[i])))
			break;
	return i > 0 && i <= HOSTNAME_MAX && !value[i] ?
		       NULL :
		       "must be a host name of letters, digits, \"-\" and "
		       "\".\", at most 64";
}

static const char *check_command(const char *value)
{
	return *value && vns_subst_valid(value, "nu") ?
		       NULL :
		       "must not be empty, and can have %n, %u and %% only";
}

static const char *check_named(const char *value)
{
	return *value && vns_subst_valid(value, "n") ?
		       NULL :
		       "must not be empty, and can have %n and %% only";
}

/*
 * Whether the value becomes a cgroup's path once the names are put in, which
 * are path components or parts of them.
 */
static bool leads_to_cgroup(const char *value, const char *letters)
{
	char path[PATH_MAX];
	size_t used = 0;

	if (!vns_subst_valid(value, letters))
		return false;
	for (; *value && used < sizeof(path) - 1; value++)
		if (*value != '%')
			path[used++] = *value;
		else if (value[1] == '%')
			return false;
	path[used] = '\0';
	return !*value && vns_cgname_valid(path);
}

#define CGROUP                                                                \
	"must be a path below the cgroup v2 mount like \"vns/%n\": names of " \
	"letters, digits and \"_.@-\", without a \"/\" before or behind, "

static const char *check_cgroup(const char *value)
{
	return leads_to_cgroup(value, "n") ? NULL : CGROUP "and %n";
}

static const char *check_cgroup_path(const char *value)
{
	return vns_cgname_valid(value) ? NULL : CGROUP "and %n";
}

static const char *check_some_cgroup(const char *value)
{
	return leads_to_cgroup(value, "ni") ? NULL : CGROUP "%n and %i";
}

/*
 * Checks a value in a template. What it becomes is checked once it is expanded.
 */
static const char *check_pieces(const char *value)
{
	return vns_subst_valid(value, "ni") ? NULL :
					      "can have %n, %i and %% only";
}

static const char *check_some_path(const char *value)
{
	const char *wrong = check_path(value);

	return wrong ? wrong : check_pieces(value);
}

static const char *check_some_source(const char *value)
{
	const char *wrong = check_source(value);

	return wrong ? wrong : check_pieces(value);
}

static const char *check_some_hostname(const char *value)
{
	return strchr(value, '%') ? check_pieces(value) : check_hostname(value);
}

static const char *check_some_command(const char *value)
{
	return *value && vns_subst_valid(value, "niu") ?
		       NULL :
		       "must not be empty, and can have %n, %i, %u and %% only";
}

static const char *check_some_named(const char *value)
{
	return *value && vns_subst_valid(value, "ni") ?
		       NULL :
		       "must not be empty, and can have %n, %i and %% only";
}

/*
 * The checks of each key. A check returns NULL, or what is wrong and what is
 * right. In templates the other check of the row is used, where it has one.
 */
static const struct {
	const char *section, *key; /* section NULL: in any section */
	const char *(*check)(const char *value);
	const char *(*some)(const char *value);
} checks[] = {
	{ "hook", "on_error", check_hook_error, NULL },
	{ VNS_VALUE_EXPANDED, "cgroup", check_cgroup_path, NULL },
	{ "mount", "source", check_named, check_some_named },
	{ "mount", "type", check_mount_type, NULL },
	{ "mount", "options", check_mount_option, NULL },
	{ NULL, "users", check_pattern, NULL },
	{ NULL, "groups", check_groups, NULL },
	{ NULL, "uids", check_uids, NULL },
	{ NULL, "services", check_pattern, NULL },
	{ NULL, "ttys", check_pattern, NULL },
	{ NULL, "rhosts", check_rhosts, NULL },
	{ NULL, "target", check_rule_target, NULL },
	{ NULL, "default", check_rule_target, NULL },
	{ NULL, "on_error", check_on_error, NULL },
	{ NULL, "vserver", check_vserver, NULL },
	{ NULL, "message", check_text, NULL },
	{ NULL, "vserver_dir", check_path, NULL },
	{ NULL, "user_dir", check_path, NULL },
	{ NULL, "run_dir", check_path, NULL },
	{ NULL, "state_dir", check_path, NULL },
	{ NULL, "root", check_path, check_some_path },
	{ NULL, "source", check_source, check_some_source },
	{ NULL, "owner", check_owner, NULL },
	{ NULL, "confine", check_confine, NULL },
	{ NULL, "start", check_start, NULL },
	{ NULL, "stop", check_stop, NULL },
	{ NULL, "log", check_log, NULL },
	{ NULL, "shell_check", check_shell_check, NULL },
	{ NULL, "seccomp", check_seccomp, NULL },
	{ NULL, "namespaces", check_namespaces, NULL },
	{ NULL, "hostname", check_hostname, check_some_hostname },
	{ NULL, "user_namespace", check_user_namespace, NULL },
	{ NULL, "map", check_map, NULL },
	{ NULL, "template", check_path, check_some_path },
	{ NULL, "fstab", check_path, check_some_path },
	{ NULL, "propagation", check_propagation, NULL },
	{ NULL, "command", check_command, check_some_command },
	{ NULL, "start_command", check_named, check_some_named },
	{ NULL, "capabilities", check_capabilities, NULL },
	{ NULL, "devices", check_devices, NULL },
	{ NULL, "run_dirs", check_run_dirs, NULL },
	{ NULL, "environment", check_environment, check_some_environment },
	{ NULL, "cgroup", check_cgroup, check_some_cgroup },
};

bool vns_value_printable(const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value < 0x20 || *value == 0x7f)
			return false;
	return true;
}

const char *vns_value_wrong(const char *section, const char *key,
			    const char *value, bool template)
{
	size_t i;

	if (!vns_value_printable(value))
		return "must not have control characters in it";
	if (section && strcmp(section, "limits") == 0)
		return vns_cgname_limit_wrong(key, value);
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (strcmp(checks[i].key, key) == 0 &&
		    (!checks[i].section ||
		     (section && strcmp(checks[i].section, section) == 0)))
			return template && checks[i].some ?
				       checks[i].some(value) :
				       checks[i].check(value);
	return "cannot be checked";
}
