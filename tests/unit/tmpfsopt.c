/*
 * Tests what the host is told of a tmpfs's owner, in one table; see
 * pam_vns/lib/tmpfsopt.h.
 */
#include "lib/tmpfsopt.h"

#include "tap.h"

static const struct {
	const char *options; /* with commas between them */
	const char *mapped;  /* what they become, or NULL */
} table[] = {
	{ "", "uid=3000000000,gid=3000000000" },
	{ "mode=1777,size=64m,nodev",
	  "uid=3000000000,gid=3000000000,mode=1777,size=64m,nodev" },
	{ "uid=5001", "uid=3000000000,gid=3000000000,uid=3000005001" },
	{ "gid=5,uid=0",
	  "uid=3000000000,gid=3000000000,gid=3000000005,uid=3000000000" },
	{ "uid=65535", "uid=3000000000,gid=3000000000,uid=3000065535" },
	/* Numbers are read as the kernel reads them. */
	{ "uid=0x10,gid=010",
	  "uid=3000000000,gid=3000000000,uid=3000000016,gid=3000000008" },
	{ "uid", "uid=3000000000,gid=3000000000,uid" },
	{ "uidx=1", "uid=3000000000,gid=3000000000,uidx=1" },
	{ "uid=65536", NULL },
	{ "gid=65536", NULL },
	{ "uid=4294967295", NULL },
	{ "uid=99999999999999999999", NULL },
	{ "gid=-1", NULL },
	{ "gid=+1", NULL },
	{ "gid= 1", NULL },
	{ "uid=", NULL },
	{ "uid=1x", NULL },
	{ "uid=root", NULL },
};

static void split(const char *list, struct vns_strings *strings)
{
	char *copy = strdup(list), *rest = copy, *option;

	need(copy, "strdup");
	while ((option = strsep(&rest, ",")))
		if (*option)
			need(vns_strings_add(strings, option) == 0, "strings");
	free(copy);
}

static void join(const struct vns_strings *strings, char text[512])
{
	size_t i;

	text[0] = '\0';
	for (i = 0; i < strings->count; i++)
		snprintf(text + strlen(text), 512 - strlen(text), "%s%s",
			 i ? "," : "", strings->items[i]);
}

static void test_gap(void)
{
	static const struct {
		const char *option;
		bool inside;
	} rows[] = {
		{ "uid=60513", true },
		{ "uid=60514", false },
		{ "gid=60673", false },
		{ "gid=60674", true },
	};
	const struct vns_idrange ids = { 3000000000UL, 65536 };
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		struct vns_strings options = { 0 }, mapped = { 0 };
		struct vns_error err = { "" };
		int rc;

		split(rows[i].option, &options);
		rc = vns_tmpfsopt_map(&options, &ids, true, &mapped, &err);
		about("tmpfs option \"%s\", where the ids have a gap",
		      rows[i].option);
		is_number(rc, rows[i].inside ? 0 : -EINVAL, "it is %s",
			  rows[i].inside ? "accepted" : "refused");
		vns_strings_free(&options);
		vns_strings_free(&mapped);
	}
}

int main(void)
{
	const struct vns_idrange ids = { 3000000000UL, 65536 };
	size_t i;

	for (i = 0; i < LENGTH(table); i++) {
		struct vns_strings options = { 0 }, mapped = { 0 };
		struct vns_error err = { "" };
		char text[512];
		int rc;

		split(table[i].options, &options);
		rc = vns_tmpfsopt_map(&options, &ids, false, &mapped, &err);
		join(&mapped, text);
		about("tmpfs options \"%s\"", table[i].options);
		if (table[i].mapped)
			is_string(text, table[i].mapped,
				  "the options become \"%s\"", table[i].mapped);
		else
			ok(rc == -EINVAL && strstr(err.text, table[i].options),
			   "the error message names the option");
		is_number(rc < 0, table[i].mapped == NULL, "they are %s",
			  table[i].mapped ? "accepted" : "refused");
		vns_strings_free(&options);
		vns_strings_free(&mapped);
	}
	test_gap();
	return finish();
}
