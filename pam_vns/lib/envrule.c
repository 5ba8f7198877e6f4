/* Reads rules about variables one by one, and looks for the first that fits. */
#include "lib/envrule.h"

#include <errno.h>
#include <string.h>

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t name_length(const char *text)
{
	size_t length = 0;

	if (!is_name_start(*text))
		return 0;
	while (is_name_start(text[length]) ||
	       (text[length] >= '0' && text[length] <= '9'))
		length++;
	return length;
}

bool vns_envrule_parse(const char *text, struct vns_envrule *rule)
{
	*rule = (struct vns_envrule){ .kind = VNS_ENVRULE_SET, .name = text };
	if (strncmp(text, "keep ", 5) == 0)
		rule->kind = VNS_ENVRULE_KEEP;
	else if (strncmp(text, "drop ", 5) == 0)
		rule->kind = VNS_ENVRULE_DROP;
	if (rule->kind != VNS_ENVRULE_SET)
		rule->name += 5;
	rule->length = name_length(rule->name);
	if (rule->kind == VNS_ENVRULE_SET)
		return rule->length > 0 && rule->name[rule->length] == '=';
	rule->begins = rule->name[rule->length] == '*';
	return rule->length + rule->begins > 0 &&
	       !rule->name[rule->length + rule->begins];
}

const char *vns_envrule_wrong(const char *text)
{
	struct vns_envrule rule;

	if (!vns_envrule_parse(text, &rule))
		return "must be \"keep NAME\", \"drop NAME\" or "
		       "\"NAME=value\"; a name has letters, digits and \"_\", "
		       "and can end with \"*\" behind keep and drop";
	if (rule.length >= 4 && strncmp(rule.name, "VNS_", 4) == 0)
		return "must not name a variable that begins with \"VNS_\": "
		       "pam_vns sets them itself";
	return strlen(text) < VNS_ENVRULE_SIZE ?
		       NULL :
		       "must have less than 4096 characters";
}

static bool has_name(const struct vns_envrule *rule, const char *name,
		     size_t length)
{
	return rule->length == length && memcmp(rule->name, name, length) == 0;
}

static bool fits(const struct vns_envrule *rule, const char *name,
		 size_t length)
{
	if (rule->begins && length > rule->length)
		length = rule->length;
	return has_name(rule, name, length);
}

bool vns_envrule_same(const char *one, const char *other)
{
	struct vns_envrule a, b;

	return vns_envrule_parse(one, &a) && vns_envrule_parse(other, &b) &&
	       a.begins == b.begins && has_name(&a, b.name, b.length);
}

/* --- one variable --------------------------------------------------------- */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * These name sockets, files, processes and sessions of the host, which would
 * mislead programs inside.
 */
static const char *const usual[] = {
	"drop XDG_*",
	"drop DBUS_SESSION_BUS_ADDRESS",
	"drop KRB5CCNAME",
	"drop SSH_AUTH_SOCK",
	"drop SSH_AGENT_PID",
	"drop GPG_AGENT_INFO",
	"drop GNOME_KEYRING_*",
	"drop PAM_KWALLET_LOGIN",
	"drop PAM_KWALLET5_LOGIN",
};

/*
 * These name a directory for temporary files. Only of these two it is known
 * that they are inside, too.
 */
static const char *const temporary[] = { "TMPDIR", "TMP", "TEMP", "TEMPDIR" };
static const char *const inside[] = { "/tmp", "/var/tmp" };

static bool is_temporary(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < COUNT(temporary); i++)
		if (strncmp(temporary[i], name, length) == 0 &&
		    !temporary[i][length])
			return true;
	return false;
}

static bool is_inside(const char *path)
{
	return strcmp(path, inside[0]) == 0 || strcmp(path, inside[1]) == 0;
}

/* Returns false if no rule decides. Otherwise *kept is what it says. */
static bool decide(const char *const *rules, size_t count, const char *name,
		   size_t length, bool *kept)
{
	struct vns_envrule rule;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!vns_envrule_parse(rules[i], &rule) ||
		    rule.kind == VNS_ENVRULE_SET || !fits(&rule, name, length))
			continue;
		*kept = rule.kind == VNS_ENVRULE_KEEP;
		return true;
	}
	return false;
}

static bool is_kept(const struct vns_strings *rules, const char *name,
		    size_t length, const char *value)
{
	const char *const *items = (const char *const *)rules->items;
	bool kept;

	if (decide(items, rules->count, name, length, &kept) ||
	    decide(usual, COUNT(usual), name, length, &kept))
		return kept;
	return !is_temporary(name, length) || is_inside(value);
}

static bool is_set(const struct vns_strings *rules, const char *name,
		   size_t length)
{
	struct vns_envrule rule;
	size_t i;

	for (i = 0; i < rules->count; i++)
		if (vns_envrule_parse(rules->items[i], &rule) &&
		    rule.kind == VNS_ENVRULE_SET &&
		    has_name(&rule, name, length))
			return true;
	return false;
}

/* Returns the variable's value, or NULL if the environment does not have it. */
static const char *find(char *const *environment, const char *name)
{
	const size_t length = strlen(name);

	for (; environment && *environment; environment++)
		if (strncmp(*environment, name, length) == 0 &&
		    (*environment)[length] == '=')
			return *environment + length + 1;
	return NULL;
}

/* --- all variables -------------------------------------------------------- */

static int drop(const struct vns_strings *rules,
		const struct vns_strings *environment,
		struct vns_strings *changes)
{
	size_t i;

	for (i = 0; i < environment->count; i++) {
		const char *item = environment->items[i];
		const size_t length = strcspn(item, "=");
		VNS_AUTOFREE char *name = NULL;

		if (!item[length] || is_set(rules, item, length) ||
		    is_kept(rules, item, length, item + length + 1))
			continue;
		name = strndup(item, length);
		if (!name || vns_strings_add(changes, name) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Whether the variable would have a value that it is not to have. */
static bool is_brought_back(const struct vns_strings *rules,
			    const struct vns_strings *environment,
			    char *const *callers, const char *name)
{
	const size_t length = strlen(name);
	const char *value = find(callers, name);

	if (!value || is_set(rules, name, length) ||
	    is_kept(rules, name, length, value))
		return false;
	value = find(environment->items, name);
	return !value || !is_kept(rules, name, length, value);
}

static int replace(const struct vns_strings *rules,
		   const struct vns_strings *environment, char *const *callers,
		   struct vns_strings *changes)
{
	size_t i;

	for (i = 0; i < COUNT(temporary); i++)
		if (is_brought_back(rules, environment, callers,
				    temporary[i]) &&
		    vns_strings_add_variable(changes, temporary[i], inside[0]) <
			    0)
			return -ENOMEM;
	return 0;
}

int vns_envrule_change(const struct vns_strings *rules,
		       const struct vns_strings *environment,
		       char *const *callers, struct vns_strings *changes)
{
	struct vns_envrule rule;
	size_t i;

	if (drop(rules, environment, changes) < 0 ||
	    replace(rules, environment, callers, changes) < 0)
		return -ENOMEM;
	for (i = 0; i < rules->count; i++)
		if (vns_envrule_parse(rules->items[i], &rule) &&
		    rule.kind == VNS_ENVRULE_SET &&
		    vns_strings_add(changes, rules->items[i]) < 0)
			return -ENOMEM;
	return 0;
}

static int set(struct vns_strings *environment, const char *variable,
	       size_t length)
{
	size_t i;

	for (i = 0; i < environment->count; i++) {
		char **item = &environment->items[i], *copy;

		/* With the "=" behind the name. */
		if (strncmp(*item, variable, length + 1) != 0)
			continue;
		copy = strdup(variable);
		if (!copy)
			return -ENOMEM;
		free(*item);
		*item = copy;
		return 0;
	}
	return vns_strings_add(environment, variable);
}

int vns_envrule_set(const struct vns_strings *rules,
		    struct vns_strings *environment)
{
	struct vns_envrule rule;
	size_t i;

	for (i = 0; i < rules->count; i++)
		if (vns_envrule_parse(rules->items[i], &rule) &&
		    rule.kind == VNS_ENVRULE_SET &&
		    set(environment, rules->items[i], rule.length) < 0)
			return -ENOMEM;
	return 0;
}
