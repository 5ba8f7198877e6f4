/* Has libconfuse parse by tables of known keys, and checks what it found. */
#include "config/grammar.h"

#include "config/fit.h"
#include "config/scan.h"
#include "config/value.h"
#include "lib/cgname.h"
#include "lib/envrule.h"
#include "lib/mountopt.h"
#include "lib/subst.h"
#include "lib/util.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define HOOK_TIMEOUT_MAX 300
#define SESSIONS_MAX 1000000
/* Seconds: 7 days. */
#define DELAY_MAX 604800

/*
 * libconfuse keeps its scanner in globals and passes no argument of ours to its
 * error function. The lock makes parsing safe in a PAM application with
 * threads; the pointer is only set while this thread runs a parse.
 */
static pthread_mutex_t parse_lock = PTHREAD_MUTEX_INITIALIZER;
struct parse {
	const char *path;
	struct vns_error *err;
	enum vns_grammar_kind kind;
	bool failed;
};
static _Thread_local struct parse *current;

/* Whether the text that is checked is a template's, not expanded yet. */
static bool in_template(void)
{
	return current && current->kind == VNS_GRAMMAR_TEMPLATE;
}

static void report(cfg_t *cfg, const char *fmt, va_list args)
{
	char text[VNS_ERROR_MAX / 2];

	/* The first error is the cause; later ones follow from it. */
	if (!current || current->failed)
		return;
	current->failed = true;
	vsnprintf(text, sizeof(text), fmt, args);
	vns_error_set(current->err, EINVAL, "%s:%d: %s", current->path,
		      cfg ? cfg->line : 0, text);
}

static int parse_checked(cfg_t *cfg, cfg_opt_t *opt, const char *value,
			 void *result)
{
	const char *wrong = vns_value_wrong(cfg_name(cfg), cfg_opt_name(opt),
					    value, in_template());

	*(const char **)result = value;
	if (!wrong)
		return 0;
	cfg_error(cfg, "%s = \"%s\": it %s", cfg_opt_name(opt), value, wrong);
	return -1;
}

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

static int parse_sessions(cfg_t *cfg, cfg_opt_t *opt, const char *value,
			  void *result)
{
	return parse_number(cfg, opt, value, SESSIONS_MAX, result);
}

static int parse_delay(cfg_t *cfg, cfg_opt_t *opt, const char *value,
		       void *result)
{
	return parse_number(cfg, opt, value, DELAY_MAX, result);
}

#define TEXT(name, value) CFG_STR_CB(name, value, CFGF_NONE, parse_checked)
#define LIST(name) CFG_STR_LIST_CB(name, NULL, CFGF_NONE, parse_checked)
/* 0, which cannot be written, stands for no limit. */
#define SESSIONS CFG_INT_CB("max_sessions", 0, CFGF_NONE, parse_sessions)
#define HOOKS                                      \
	CFG_SEC("hook", (cfg_opt_t *)hook_options, \
		CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES)
#define RULE_OPTIONS                                                    \
	LIST("groups"), LIST("services"), LIST("ttys"), LIST("rhosts"), \
		TEXT("target", NULL), TEXT("vserver", NULL),            \
		TEXT("message", NULL), SESSIONS, HOOKS

/* libconfuse copies these tables; its types just do not say const. */
static const cfg_opt_t hook_options[] = {
	LIST("command"),
	/* 0, which cannot be written, stands for the hook's default. */
	CFG_INT_CB("timeout", 0, CFGF_NONE, parse_timeout),
	CFG_STR_CB("on_error", NULL, CFGF_NONE, parse_checked),
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
	HOOKS,
	CFG_END(),
};

static const cfg_opt_t mount_options[] = {
	CFG_STR_CB("source", NULL, CFGF_NONE, parse_checked),
	CFG_STR_CB("type", "bind", CFGF_NONE, parse_checked),
	CFG_STR_LIST_CB("options", NULL, CFGF_NONE, parse_checked),
	CFG_END(),
};

#define ONE_LIMIT(file, check) TEXT(file, NULL),
#define MANY_LIMITS(file, check) LIST(file),

static const cfg_opt_t limits_options[] = {
	VNS_CGNAME_LIMITS(ONE_LIMIT, MANY_LIMITS) CFG_END(),
};

static const cfg_opt_t vserver_options[] = {
	CFG_INT_CB("context", 0, CFGF_NONE, parse_context),
	TEXT("root", NULL),
	TEXT("source", NULL),
	LIST("owner"),
	TEXT("confine", NULL),
	LIST("namespaces"),
	TEXT("hostname", NULL),
	TEXT("user_namespace", NULL),
	LIST("map"),
	TEXT("template", NULL),
	TEXT("fstab", NULL),
	TEXT("propagation", "private"),
	TEXT("start", "on-login"),
	LIST("start_command"),
	TEXT("stop", "never"),
	CFG_INT_CB("stop_delay", 0, CFGF_NONE, parse_delay),
	SESSIONS,
	TEXT("log", "host"),
	TEXT("shell_check", "auto"),
	LIST("capabilities"),
	TEXT("seccomp", NULL),
	CFG_BOOL("no_new_privs", cfg_false, CFGF_NONE),
	CFG_BOOL("nosuid", cfg_false, CFGF_NONE),
	LIST("devices"),
	LIST("run_dirs"),
	LIST("environment"),
	TEXT("cgroup", NULL),
	CFG_SEC("limits", (cfg_opt_t *)limits_options, CFGF_MULTI),
	CFG_SEC("mount", (cfg_opt_t *)mount_options,
		CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	HOOKS,
	CFG_END(),
};

static const struct hook_kind {
	const char *title;
	bool session;	     /* can be in a rule, too */
	const char *letters; /* what may stand behind % in its command */
} hook_kinds[] = {
	{ "open", true, "niu" },      { "close", true, "niu" },
	{ "pre-start", false, "ni" }, { "post-start", false, "ni" },
	{ "pre-stop", false, "ni" },  { "post-stop", false, "ni" },
};
#define HOOK_KINDS (sizeof(hook_kinds) / sizeof(hook_kinds[0]))

/* A rule may only have hooks for sessions, not for vservers. */
static const struct hook_kind *find_hook_kind(cfg_t *cfg, const char *title)
{
	bool rule = strcmp(cfg_name(cfg), "rule") == 0 ||
		    current->kind == VNS_GRAMMAR_USER;
	char known[128] = "";
	size_t i;

	for (i = 0; i < HOOK_KINDS; i++) {
		size_t length = strlen(known);

		if (rule && !hook_kinds[i].session)
			continue;
		if (strcmp(hook_kinds[i].title, title) == 0)
			return &hook_kinds[i];
		snprintf(known + length, sizeof(known) - length, "%s\"%s\"",
			 length ? ", " : "", hook_kinds[i].title);
	}
	cfg_error(cfg, "there is no hook \"%s\"%s, only %s", title,
		  rule ? " of a rule" : "", known);
	return NULL;
}

static int check_section_hook(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *hook = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	const struct hook_kind *kind = find_hook_kind(cfg, cfg_title(hook));
	unsigned i, count = cfg_size(hook, "command");

	if (!kind)
		return -1;
	if (count == 0) {
		cfg_error(cfg, "hook \"%s\" needs command = {\"/PROGRAM\"}",
			  kind->title);
		return -1;
	}
	if (strcmp(kind->title, "close") == 0 && cfg_getstr(hook, "on_error")) {
		cfg_error(cfg, "hook \"close\" has no on_error: there is "
			       "nothing left to refuse");
		return -1;
	}
	if (!vns_util_path_valid(cfg_getnstr(hook, "command", 0))) {
		cfg_error(cfg,
			  "command = \"%s\": it must begin with the "
			  "program's absolute path",
			  cfg_getnstr(hook, "command", 0));
		return -1;
	}
	for (i = 0; i < count; i++) {
		const char *word = cfg_getnstr(hook, "command", i);

		if (vns_subst_valid(word, kind->letters))
			continue;
		cfg_error(cfg, "command = \"%s\": hook \"%s\" has no user",
			  word, kind->title);
		return -1;
	}
	return 0;
}

/* Checks that a rule, a section or a whole file, says one thing to do. */
static int check_rule(cfg_t *cfg, cfg_t *rule, const char *what)
{
	bool target = cfg_getstr(rule, "target") != NULL;
	bool vserver = cfg_getstr(rule, "vserver") != NULL;
	const char *message = cfg_getstr(rule, "message");

	if (target == vserver)
		cfg_error(cfg, "%s needs either vserver = or target =, %s",
			  what, target ? "not both" : "and has neither");
	else if (message &&
		 (vserver || strcmp(cfg_getstr(rule, "target"), "deny") != 0))
		cfg_error(cfg,
			  "%s: message can only be used with target = \"deny\"",
			  what);
	else if (!vserver && cfg_getint(rule, "max_sessions") != 0)
		cfg_error(cfg,
			  "%s: max_sessions can only be used with vserver =",
			  what);
	else if (!vserver && cfg_size(rule, "hook") > 0)
		cfg_error(cfg,
			  "%s: a hook can only be used with vserver =", what);
	else
		return 0;
	return -1;
}

static int check_section_rule(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *rule = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	char what[128];

	if (!vns_value_printable(cfg_title(rule)) || !*cfg_title(rule)) {
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
	struct vns_mountopt options;
	const char *wrong;
	unsigned i;

	vns_mountopt_init(&options, type);
	for (i = 0; i < cfg_size(mount, "options"); i++)
		vns_mountopt_add(&options, cfg_getnstr(mount, "options", i));
	wrong = vns_mountopt_wrong(&options, type, cfg_getstr(mount, "source"));
	if (!vns_util_path_valid(target) || target[1] == '\0')
		cfg_error(cfg,
			  "mount \"%s\": it must be an absolute path "
			  "below \"/\"",
			  target);
	else if (wrong)
		cfg_error(cfg, "mount \"%s\" %s", target, wrong);
	else
		return 0;
	return -1;
}

/* The section has no title, so libconfuse would let a second one pass. */
static int check_section_limits(cfg_t *cfg, cfg_opt_t *opt)
{
	if (cfg_opt_size(opt) == 1)
		return 0;
	cfg_error(cfg, "there is more than one limits section; keep one");
	return -1;
}

/* To be called for each value that is added. */
static int check_environment(cfg_t *cfg, cfg_opt_t *opt)
{
	const unsigned count = cfg_opt_size(opt);
	const char *rule = count ? cfg_opt_getnstr(opt, count - 1) : "";
	unsigned i;

	if (count > VNS_ENVRULE_MAX) {
		cfg_error(cfg, "environment has more than %d values",
			  VNS_ENVRULE_MAX);
		return -1;
	}
	for (i = 0; i + 1 < count; i++) {
		const char *other = cfg_opt_getnstr(opt, i);

		if (!vns_envrule_same(rule, other))
			continue;
		cfg_error(cfg, "environment = \"%s\": \"%s\" has the same name",
			  rule, other);
		return -1;
	}
	return 0;
}

static int check_user_file(cfg_t *cfg, bool template)
{
	(void)template;
	return check_rule(cfg, cfg, "the file");
}

void vns_grammar_free(cfg_t **cfg)
{
	cfg_free(*cfg);
}

struct grammar {
	const cfg_opt_t *options;
	/* Checks the whole file; may be NULL. */
	int (*check)(cfg_t *cfg, bool template);
};

static const struct grammar grammars[] = {
	[VNS_GRAMMAR_MAIN] = { main_options, NULL },
	[VNS_GRAMMAR_USER] = { user_options, check_user_file },
	[VNS_GRAMMAR_VSERVER] = { vserver_options, vns_fit_vserver },
	[VNS_GRAMMAR_TEMPLATE] = { vserver_options, vns_fit_vserver },
};

/* Does the part of parsing that needs the lock. */
static int run_libconfuse(char *text, const struct grammar *grammar, cfg_t *cfg)
{
	cfg_set_error_function(cfg, report);
	/* A section that a grammar does not have is passed over. */
	cfg_set_validate_func(cfg, "rule", check_section_rule);
	cfg_set_validate_func(cfg, "rule|hook", check_section_hook);
	cfg_set_validate_func(cfg, "hook", check_section_hook);
	cfg_set_validate_func(cfg, "mount", check_section_mount);
	cfg_set_validate_func(cfg, "limits", check_section_limits);
	cfg_set_validate_func(cfg, "environment", check_environment);
	current->failed = false;
	if (cfg_parse_buf(cfg, text) != CFG_SUCCESS || current->failed)
		return -EINVAL;
	return grammar->check && grammar->check(cfg, in_template()) < 0 ?
		       -EINVAL :
		       0;
}

int vns_grammar_text(enum vns_grammar_kind kind, const char *text,
		     size_t length, const char *path, cfg_t **cfg,
		     struct vns_error *err)
{
	const struct grammar *grammar = &grammars[kind];
	struct parse parse = {
		.path = path,
		.err = err,
		.kind = kind,
	};
	VNS_AUTOFREE char *copy = calloc(1, length + 1);
	VNS_AUTOCFG cfg_t *made = NULL;
	int rc;

	if (!copy)
		return vns_error_memory(err);
	memcpy(copy, text, length);
	rc = vns_scan_clean(copy, length, path, err);
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
