#include "config.h"

#include "confscan.h"
#include "idrange.h"
#include "match.h"
#include "subst.h"

#include <confuse.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HOOK_TIMEOUT_MAX 300
#define HOSTNAME_MAX 64

/*
 * libconfuse keeps its scanner in globals and gives its error function no
 * argument of ours. The lock makes parsing safe in a threaded PAM
 * application; the pointer is only set while a parse in this thread runs.
 */
static pthread_mutex_t parse_lock = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local struct parse {
	const char *path;
	struct vns_error *err;
	bool instance; /* the text is a template's */
	bool failed;
} * current;

/* Whether what is checked is a template's, not expanded yet. */
static bool in_template(void)
{
	return current && current->instance;
}

static void report(cfg_t *cfg, const char *fmt, va_list args)
{
	char text[VNS_ERROR_MAX / 2];

	/* The first complaint is the cause; later ones follow from it. */
	if (!current || current->failed)
		return;
	current->failed = true;
	vsnprintf(text, sizeof(text), fmt, args);
	vns_error_set(current->err, EINVAL, "%s:%d: %s", current->path,
		      cfg ? cfg->line : 0, text);
}

static bool printable(const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value < 0x20 || *value == 0x7f)
			return false;
	return true;
}

/*
 * What each key's values must be. A check returns NULL, or what is wrong and
 * what is right.
 */
typedef const char *(*value_check)(const char *value);

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
			       "%g";
	if (i == 0 || i > 2UL * VNS_NAME_MAX)
		return "must be a vserver's name";
	return vns_subst_valid(value, "uUg") && !strstr(value, "%%") ?
		       NULL :
		       "can have %u, %U and %g only";
}

static const char *check_start(const char *value)
{
	return strcmp(value, "on-login") == 0 || strcmp(value, "manual") == 0 ?
		       NULL :
		       "must be \"on-login\" or \"manual\"";
}

static const char *check_log(const char *value)
{
	return strcmp(value, "host") == 0 || strcmp(value, "none") == 0 ?
		       NULL :
		       "must be \"host\" or \"none\"";
}

static const char *check_namespaces(const char *value)
{
	enum vns_ns ignored;

	return vns_nsname_find(value, &ignored) ?
		       NULL :
		       "must be of \"mnt\", \"uts\", \"ipc\", \"pid\", "
		       "\"net\", \"cgroup\", \"user\", \"time\"";
}

/* What it becomes is checked once it has. */
static const char *check_pieces(const char *value)
{
	return vns_subst_valid(value, "ni") ? NULL :
					      "can have %n, %i and %% only";
}

static const char *check_vserver_path(const char *value)
{
	const char *wrong = check_path(value);

	return wrong || !in_template() ? wrong : check_pieces(value);
}

static const char *check_source(const char *value)
{
	const char *path = strchr(value, ':');

	if ((strncmp(value, "ns:", 3) == 0 ||
	     strncmp(value, "pidfile:", 8) == 0) &&
	    vns_util_path_valid(path + 1))
		return in_template() ? check_pieces(path + 1) : NULL;
	return "must be \"pidfile:/PATH\" or \"ns:/PATH\"";
}

/* As RFC 1123 has it, and sethostname(2) the length. */
static const char *check_hostname(const char *value)
{
	size_t i;

	if (in_template() && strchr(value, '%'))
		return check_pieces(value);

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

static const char *check_user_namespace(const char *value)
{
	struct vns_idrange ignored;

	return strcmp(value, "auto") == 0 ||
			       vns_idrange_parse(value, &ignored) ?
		       NULL :
		       "must be \"auto\" or BASE:COUNT, a range of user and "
		       "group ids from 65536 up";
}

static const char *check_capabilities(const char *value)
{
	vns_capset ignored;

	if (strcmp(value, "tenant") == 0 || strcmp(value, "all") == 0 ||
	    vns_capname_find(value, &ignored))
		return NULL;
	return "must be \"tenant\", \"all\" or a list of capabilities' names";
}

static const char *check_hook_error(const char *value)
{
	return strcmp(value, "deny") == 0 || strcmp(value, "ignore") == 0 ?
		       NULL :
		       "must be \"deny\" or \"ignore\"";
}

static const char *check_command(const char *value)
{
	if (in_template())
		return *value && vns_subst_valid(value, "niu") ?
			       NULL :
			       "must not be empty, and can have %n, %i, %u "
			       "and %% only";
	return *value && vns_subst_valid(value, "nu") ?
		       NULL :
		       "must not be empty, and can have %n, %u and %% only";
}

static const char *check_mount_source(const char *value)
{
	if (in_template())
		return *value && vns_subst_valid(value, "ni") ?
			       NULL :
			       "must not be empty, and can have %n, %i and %% "
			       "only";
	return *value && vns_subst_valid(value, "n") ?
		       NULL :
		       "must not be empty, and can have %n and %% only";
}

static const char *check_mount_type(const char *value)
{
	const char *p;

	for (p = value; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
		      *p == '_' || *p == '.' || *p == '-'))
			break;
	return p > value && !*p ? NULL :
				  "must be \"bind\", \"rbind\" or a "
				  "filesystem's name";
}

static const char *check_mount_option(const char *value)
{
	return *value && !strchr(value, ',') ?
		       NULL :
		       "must be one option each: {\"ro\", \"nodev\"}";
}

static const struct {
	const char *key;
	value_check check;
} checks[] = {
	{ "users", check_pattern },
	{ "groups", check_groups },
	{ "uids", check_uids },
	{ "services", check_pattern },
	{ "ttys", check_pattern },
	{ "rhosts", check_rhosts },
	{ "target", check_rule_target },
	{ "default", check_rule_target },
	{ "on_error", check_on_error },
	{ "vserver", check_vserver },
	{ "message", check_text },
	{ "vserver_dir", check_path },
	{ "user_dir", check_path },
	{ "run_dir", check_path },
	{ "state_dir", check_path },
	{ "root", check_vserver_path },
	{ "source", check_source },
	{ "start", check_start },
	{ "log", check_log },
	{ "namespaces", check_namespaces },
	{ "hostname", check_hostname },
	{ "user_namespace", check_user_namespace },
	{ "template", check_vserver_path },
	{ "command", check_command },
	{ "capabilities", check_capabilities },
};

static int apply_check(cfg_t *cfg, cfg_opt_t *opt, value_check check,
		       const char *value)
{
	const char *wrong = "must not have control characters in it";

	if (printable(value))
		wrong = check(value);
	if (!wrong)
		return 0;
	cfg_error(cfg, "%s = \"%s\": it %s", cfg_opt_name(opt), value, wrong);
	return -1;
}

static int parse_checked(cfg_t *cfg, cfg_opt_t *opt, const char *value,
			 void *result)
{
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (strcmp(checks[i].key, cfg_opt_name(opt)) != 0)
			continue;
		*(const char **)result = value;
		return apply_check(cfg, opt, checks[i].check, value);
	}
	cfg_error(cfg, "%s cannot be checked", cfg_opt_name(opt));
	return -1;
}

/* Keys that mean something else inside a hook or a mount. */
#define PARSE_AS(name, check)                                          \
	static int name(cfg_t *cfg, cfg_opt_t *opt, const char *value, \
			void *result)                                  \
	{                                                              \
		*(const char **)result = value;                        \
		return apply_check(cfg, opt, check, value);            \
	}
PARSE_AS(parse_hook_error, check_hook_error)
PARSE_AS(parse_mount_source, check_mount_source)
PARSE_AS(parse_mount_type, check_mount_type)
PARSE_AS(parse_mount_option, check_mount_option)

static int parse_number(cfg_t *cfg, cfg_opt_t *opt, const char *value,
			unsigned long max, void *result)
{
	unsigned long number;

	if (!vns_util_number(value, max, &number) || number == 0) {
		cfg_error(cfg, "%s = %s: it must be a number from 1 to %lu",
			  cfg_opt_name(opt), value, max);
		return -1;
	}
	*(long *)result = (long)number;
	return 0;
}

static int parse_context(cfg_t *cfg, cfg_opt_t *opt, const char *value,
			 void *result)
{
	return parse_number(cfg, opt, value, INT_MAX, result);
}

static int parse_timeout(cfg_t *cfg, cfg_opt_t *opt, const char *value,
			 void *result)
{
	return parse_number(cfg, opt, value, HOOK_TIMEOUT_MAX, result);
}

#define TEXT(name, value) CFG_STR_CB(name, value, CFGF_NONE, parse_checked)
#define LIST(name) CFG_STR_LIST_CB(name, NULL, CFGF_NONE, parse_checked)
#define HOOKS                                      \
	CFG_SEC("hook", (cfg_opt_t *)hook_options, \
		CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES)
#define RULE_OPTIONS                                                    \
	LIST("groups"), LIST("services"), LIST("ttys"), LIST("rhosts"), \
		TEXT("target", NULL), TEXT("vserver", NULL),            \
		TEXT("message", NULL), HOOKS

/* libconfuse copies these tables; its types just do not say const. */
static const cfg_opt_t hook_options[] = {
	LIST("command"),
	CFG_INT_CB("timeout", 10, CFGF_NONE, parse_timeout),
	CFG_STR_CB("on_error", "deny", CFGF_NONE, parse_hook_error),
	CFG_END(),
};

static const cfg_opt_t rule_options[] = {
	LIST("users"),
	LIST("uids"),
	RULE_OPTIONS,
	CFG_END(),
};

static const cfg_opt_t user_options[] = {
	RULE_OPTIONS,
	CFG_END(),
};

static const cfg_opt_t main_options[] = {
	CFG_SEC("rule", (cfg_opt_t *)rule_options,
		CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	TEXT("default", "host"),
	TEXT("on_error", "deny"),
	TEXT("vserver_dir", VNS_SYSCONFDIR "/vns/vservers"),
	TEXT("user_dir", NULL),
	TEXT("run_dir", "/run/vns"),
	TEXT("state_dir", "/var/lib/vns"),
	CFG_END(),
};

static const cfg_opt_t mount_options[] = {
	CFG_STR_CB("source", NULL, CFGF_NONE, parse_mount_source),
	CFG_STR_CB("type", "bind", CFGF_NONE, parse_mount_type),
	CFG_STR_LIST_CB("options", NULL, CFGF_NONE, parse_mount_option),
	CFG_END(),
};

static const cfg_opt_t vserver_options[] = {
	CFG_INT_CB("context", 0, CFGF_NONE, parse_context),
	TEXT("root", NULL),
	TEXT("source", NULL),
	LIST("namespaces"),
	TEXT("hostname", NULL),
	TEXT("user_namespace", NULL),
	TEXT("template", NULL),
	TEXT("start", "on-login"),
	TEXT("log", "host"),
	LIST("capabilities"),
	CFG_SEC("mount", (cfg_opt_t *)mount_options,
		CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	HOOKS,
	CFG_END(),
};

static int check_section_hook(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *hook = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);

	if (strcmp(cfg_title(hook), "open") != 0)
		cfg_error(cfg, "there is no hook \"%s\", only \"open\"",
			  cfg_title(hook));
	else if (cfg_size(hook, "command") == 0)
		cfg_error(cfg, "hook \"open\" needs command = {\"/PROGRAM\"}");
	else if (!vns_util_path_valid(cfg_getnstr(hook, "command", 0)))
		cfg_error(cfg,
			  "command = \"%s\": it must begin with the "
			  "program's absolute path",
			  cfg_getnstr(hook, "command", 0));
	else
		return 0;
	return -1;
}

/* A rule, whether a section or a whole file, says one thing to do. */
static int check_rule(cfg_t *cfg, cfg_t *rule, const char *what)
{
	bool target = cfg_getstr(rule, "target") != NULL;
	bool vserver = cfg_getstr(rule, "vserver") != NULL;
	const char *message = cfg_getstr(rule, "message");

	if (target == vserver)
		cfg_error(cfg, "%s needs either vserver = or target =, %s",
			  what, target ? "not both" : "and has none");
	else if (message &&
		 (vserver || strcmp(cfg_getstr(rule, "target"), "deny") != 0))
		cfg_error(cfg, "%s: message goes with target = \"deny\" only",
			  what);
	else if (!vserver && cfg_size(rule, "hook") > 0)
		cfg_error(cfg, "%s: a hook goes with vserver = only", what);
	else
		return 0;
	return -1;
}

static int check_section_rule(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *rule = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	char what[128];

	if (!printable(cfg_title(rule)) || !*cfg_title(rule)) {
		cfg_error(cfg, "a rule's name must not be empty or have "
			       "control characters");
		return -1;
	}
	snprintf(what, sizeof(what), "rule \"%s\"", cfg_title(rule));
	return check_rule(cfg, rule, what);
}

static int check_section_mount(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *mount = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	const char *target = cfg_title(mount);
	const char *type = cfg_getstr(mount, "type");
	const char *source = cfg_getstr(mount, "source");
	bool bind = strcmp(type, "bind") == 0 || strcmp(type, "rbind") == 0;

	if (!vns_util_path_valid(target) || target[1] == '\0')
		cfg_error(cfg,
			  "mount \"%s\": it must be an absolute path "
			  "below \"/\"",
			  target);
	else if (bind && (!source || source[0] != '/'))
		cfg_error(cfg, "mount \"%s\" needs source = an absolute path",
			  target);
	else
		return 0;
	return -1;
}

static int check_user_file(cfg_t *cfg)
{
	return check_rule(cfg, cfg, "the file");
}

static bool names_namespace(cfg_t *cfg, const char *name)
{
	unsigned i;

	for (i = 0; i < cfg_size(cfg, "namespaces"); i++)
		if (strcmp(cfg_getnstr(cfg, "namespaces", i), name) == 0)
			return true;
	return false;
}

/* What goes with a root directory only, as another engine sees to it else. */
static const char *find_native_key(cfg_t *cfg)
{
	static const char *const keys[] = { "hostname", "user_namespace",
					    "template" };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (cfg_getstr(cfg, keys[i]))
			return keys[i];
	return cfg_size(cfg, "mount") > 0 ? "mount" : NULL;
}

static int check_namespaces_fit(cfg_t *cfg)
{
	bool user = cfg_getstr(cfg, "user_namespace") != NULL;
	bool named = cfg_size(cfg, "namespaces") > 0;

	if (named && !names_namespace(cfg, "mnt"))
		cfg_error(cfg, "namespaces must have \"mnt\" in it: it is "
			       "what a session enters");
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

static int check_vserver_file(cfg_t *cfg)
{
	bool root = cfg_getstr(cfg, "root") != NULL;
	const char *native = find_native_key(cfg);

	if (in_template() && cfg_getint(cfg, "context") != 0) {
		cfg_error(cfg, "context = is one vserver's number; what is "
			       "made of a template has none");
		return -1;
	}
	if (root == (cfg_getstr(cfg, "source") != NULL))
		cfg_error(cfg, "a vserver needs either root = or source =, %s",
			  root ? "not both" : "and has none");
	else if (!root && native)
		cfg_error(cfg,
			  "%s goes with root = only: another engine makes this "
			  "vserver",
			  native);
	else if (root && strcmp(cfg_getstr(cfg, "root"), "/") == 0)
		cfg_error(cfg, "root = \"/\" is the host itself");
	else
		return check_namespaces_fit(cfg);
	return -1;
}

static void free_cfg(cfg_t **cfg)
{
	cfg_free(*cfg);
}
#define AUTOCFG __attribute__((cleanup(free_cfg)))

struct grammar {
	const cfg_opt_t *options;
	int (*check)(cfg_t *cfg); /* of the whole file; may be NULL */
};

static const struct grammar main_grammar = { main_options, NULL };
static const struct grammar user_grammar = { user_options, check_user_file };
static const struct grammar vserver_grammar = { vserver_options,
						check_vserver_file };

/* The part that needs the lock. */
static int run_libconfuse(char *text, const struct grammar *grammar, cfg_t *cfg)
{
	cfg_set_error_function(cfg, report);
	/* Not every grammar has every section; an absent one is passed over. */
	cfg_set_validate_func(cfg, "rule", check_section_rule);
	cfg_set_validate_func(cfg, "rule|hook", check_section_hook);
	cfg_set_validate_func(cfg, "hook", check_section_hook);
	cfg_set_validate_func(cfg, "mount", check_section_mount);
	current->failed = false;
	if (cfg_parse_buf(cfg, text) != CFG_SUCCESS || current->failed)
		return -EINVAL;
	return grammar->check && grammar->check(cfg) < 0 ? -EINVAL : 0;
}

static int parse_text(const char *text, size_t length, const char *path,
		      const struct grammar *grammar, bool instance, cfg_t **cfg,
		      struct vns_error *err)
{
	struct parse parse = {
		.path = path,
		.err = err,
		.instance = instance,
	};
	VNS_AUTOFREE char *copy = calloc(1, length + 1);
	AUTOCFG cfg_t *made = NULL;
	int rc;

	if (!copy)
		return vns_error_memory(err);
	memcpy(copy, text, length);
	rc = vns_confscan_clean(copy, length, path, err);
	if (rc < 0)
		return rc;
	pthread_mutex_lock(&parse_lock);
	current = &parse;
	made = cfg_init((cfg_opt_t *)grammar->options, CFGF_NONE);
	rc = made ? run_libconfuse(copy, grammar, made) : -ENOMEM;
	current = NULL;
	pthread_mutex_unlock(&parse_lock);
	if (rc < 0 && !parse.failed)
		return vns_error_set(err, -rc, "%s: cannot be parsed", path);
	if (rc < 0)
		return rc;
	*cfg = made;
	made = NULL;
	return 0;
}

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

static int copy_hook(struct vns_hook *hook, cfg_t *cfg)
{
	cfg_t *section = cfg_size(cfg, "hook") ? cfg_getnsec(cfg, "hook", 0) :
						 NULL;

	if (!section)
		return 0;
	hook->timeout = (unsigned)cfg_getint(section, "timeout");
	hook->deny = strcmp(cfg_getstr(section, "on_error"), "deny") == 0;
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
	return copy_hook(&rule->open, cfg);
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
	AUTOCFG cfg_t *cfg = NULL;
	int rc =
		parse_text(text, length, path, &main_grammar, false, &cfg, err);

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
	AUTOCFG cfg_t *cfg = NULL;
	int rc =
		parse_text(text, length, path, &user_grammar, false, &cfg, err);

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
static int expand(char **text, const struct vns_vserver *vserver,
		  const char *key, value_check check, const char *path,
		  struct vns_error *err)
{
	const struct vns_subst table[] = {
		{ 'n', vserver->name },
		{ 'i', vserver->instance },
		{ 0, NULL },
	};
	char expanded[PATH_MAX];
	const char *wrong;
	int rc;

	if (!vserver->instance || !*text)
		return 0;
	rc = vns_subst_expand(*text, table, expanded, sizeof(expanded), err);
	if (rc < 0) {
		vns_error_context(err, "%s: %s", path, key);
		return rc;
	}
	wrong = check(expanded);
	if (wrong)
		return vns_error_set(err, EINVAL, "%s: %s = \"%s\": it %s",
				     path, key, expanded, wrong);
	free(*text);
	*text = strdup(expanded);
	return *text ? 0 : vns_error_memory(err);
}

static int expand_all(struct vns_vserver *vserver, const char *path,
		      struct vns_error *err)
{
	int rc = expand(&vserver->root, vserver, "root", check_path, path, err);

	if (rc == 0)
		rc = expand(&vserver->template, vserver, "template", check_path,
			    path, err);
	if (rc == 0)
		rc = expand(&vserver->source, vserver, "source", check_source,
			    path, err);
	if (rc == 0)
		rc = expand(&vserver->hostname, vserver, "hostname",
			    check_hostname, path, err);
	return rc;
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
	if (copy_string(&vserver->root, cfg_getstr(cfg, "root")) < 0 ||
	    copy_string(&vserver->source, cfg_getstr(cfg, "source")) < 0 ||
	    copy_string(&vserver->template, cfg_getstr(cfg, "template")) < 0 ||
	    copy_namespaces(vserver, cfg) < 0 ||
	    copy_hook(&vserver->open, cfg) < 0)
		return -ENOMEM;
	return copy_mounts(vserver, cfg);
}

int vns_config_parse_vserver(const char *text, size_t length, const char *path,
			     const char *name, bool instance,
			     struct vns_vserver **vserver,
			     struct vns_error *err)
{
	VNS_AUTOVSERVER struct vns_vserver *made = NULL;
	AUTOCFG cfg_t *cfg = NULL;
	int rc;

	if (!vns_util_name_valid(name))
		return vns_error_set(err, EINVAL,
				     "\"%s\" is no valid vserver name", name);
	rc = parse_text(text, length, path, &vserver_grammar, instance, &cfg,
			err);
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
	free(vserver->root);
	free(vserver->source);
	free(vserver->hostname);
	free(vserver->user_namespace);
	free(vserver->template);
	free(vserver);
}
