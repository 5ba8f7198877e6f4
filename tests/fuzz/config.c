/*
 * Fuzzes the parsers of the three configuration files, each with any bytes. A
 * key that matches must never vanish: its empty list would match everybody. So
 * what the text names is counted by other means than the parser's, and
 * compared.
 */
#include "config/config.h"
#include "config/definition.h"
#include "config/lifecycle.h"
#include "config/scan.h"

#include "fuzz.h"

#include <ctype.h>
#include <errno.h>

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-';
}

/* How often "key =" stands in a cleaned text, outside of strings. */
static size_t count_key(const char *text, const char *key)
{
	size_t count = 0, length = strlen(key);
	const char *at = text;

	while (*at) {
		if (*at == '"' || *at == '\'') {
			char quote = *at++;

			for (; *at && *at != quote; at++)
				if (*at == '\\' && at[1])
					at++;
			at += *at != '\0';
		} else if (is_word(*at)) {
			const char *word = at, *next;

			while (is_word(*at))
				at++;
			next = at + strspn(at, " \t\r\n");
			count += (size_t)(at - word) == length &&
				 strncmp(word, key, length) == 0 &&
				 *next == '=';
		} else {
			at++;
		}
	}
	return count;
}

static size_t list_at(const struct vns_rule *rule, size_t offset)
{
	return ((const struct vns_strings *)(const void *)((const char *)rule +
							   offset))
		->count;
}

static size_t count_hook(const struct vns_hook *hook)
{
	return hook->command.count > 0;
}

static size_t count_lifecycle(const struct vns_hook hooks[VNS_LIFECYCLE_COUNT])
{
	size_t i, count = 0;

	for (i = 0; i < VNS_LIFECYCLE_COUNT; i++)
		count += count_hook(&hooks[i]);
	return count;
}

static void check_lists(const struct vns_config *config, const char *text)
{
	static const struct {
		const char *key;
		size_t offset;
	} lists[] = {
		{ "users", offsetof(struct vns_rule, users) },
		{ "groups", offsetof(struct vns_rule, groups) },
		{ "uids", offsetof(struct vns_rule, uids) },
		{ "services", offsetof(struct vns_rule, services) },
		{ "ttys", offsetof(struct vns_rule, ttys) },
		{ "rhosts", offsetof(struct vns_rule, rhosts) },
	};
	size_t i, r, targets = 0, vservers = 0, hooks = 0;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		size_t filled = 0;

		for (r = 0; r < config->rule_count; r++)
			filled += list_at(&config->rules[r], lists[i].offset) >
				  0;
		HOLDS(filled == count_key(text, lists[i].key));
	}
	for (r = 0; r < config->rule_count; r++) {
		const struct vns_rule *rule = &config->rules[r];

		HOLDS(rule->name);
		HOLDS((rule->target == VNS_TARGET_VSERVER) ==
		      (rule->vserver != NULL));
		HOLDS(!rule->message || rule->target == VNS_TARGET_DENY);
		vservers += rule->vserver != NULL;
		targets += rule->vserver == NULL;
		hooks += count_hook(&rule->open) + count_hook(&rule->close);
	}
	hooks += count_hook(&config->open) + count_hook(&config->close) +
		 count_lifecycle(config->lifecycle);
	HOLDS(hooks == count_key(text, "command"));
	HOLDS(targets == count_key(text, "target"));
	HOLDS(vservers == count_key(text, "vserver"));
}

static void check_vserver(const struct vns_vserver *vserver, const char *text)
{
	size_t i, filled = 0;

	HOLDS(!vserver->root != !vserver->source);
	HOLDS(!vserver->root || vns_util_path_valid(vserver->root));
	HOLDS((vserver->context > 0) == (count_key(text, "context") > 0));
	for (i = 0; i < vserver->mount_count; i++) {
		HOLDS(vns_util_path_valid(vserver->mounts[i].target));
		HOLDS(vserver->mounts[i].type);
		filled += vserver->mounts[i].options.count > 0;
	}
	HOLDS(filled == count_key(text, "options"));
	HOLDS(count_hook(&vserver->open) + count_hook(&vserver->close) +
		      count_lifecycle(vserver->lifecycle) ==
	      count_key(text, "command"));
}

static void check_error(int rc, const struct vns_error *err)
{
	HOLDS(rc == 0 || rc == -EINVAL);
	HOLDS((rc == 0) == (err->text[0] == '\0'));
	HOLDS(rc == 0 || strncmp(err->text, "f:", 2) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	VNS_AUTOCONFIG struct vns_config *config = NULL, *user = NULL;
	VNS_AUTOFREE char *clean = fuzz_string(data, size);
	VNS_AUTOFREE char *text = malloc(size ? size : 1);
	struct vns_error err = { "" };
	bool good = vns_scan_clean(clean, size, "f", &err) == 0;
	int rc;

	/* The parsers get text without a NUL behind it. */
	HOLDS(text);
	if (size)
		memcpy(text, data, size);
	err.text[0] = '\0';
	rc = vns_config_parse(text, size, "f", &config, &err);
	check_error(rc, &err);
	HOLDS((rc == 0) == (config != NULL) && (good || rc < 0));
	if (config)
		check_lists(config, clean);

	err.text[0] = '\0';
	rc = vns_config_parse_user(text, size, "f", &user, &err);
	check_error(rc, &err);
	HOLDS((rc == 0) == (user != NULL) && (good || rc < 0));
	if (user)
		check_lists(user, clean);

	err.text[0] = '\0';
	rc = vns_config_parse_vserver(text, size, "f", "acme", false, &vserver,
				      &err);
	check_error(rc, &err);
	HOLDS((rc == 0) == (vserver != NULL) && (good || rc < 0));
	if (vserver)
		check_vserver(vserver, clean);
	return 0;
}
