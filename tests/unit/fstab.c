/* Tests what becomes of lines of fstab(5); see pam_vns/config/fstab.h. */
#include "config/fstab.h"

#include "tap.h"

#include <errno.h>

#define FIELDS "source, target, type and options are needed"
#define ESCAPE "a backslash must be followed by three octal digits, as in \\040"
#define TARGET                                                             \
	"the target must be an absolute path below \"/\", without \".\", " \
	"\"..\", \"//\" or a \"/\" at the end"
#define CONTROL "there must be no control characters"

/*
 * With error NULL the text is good, and mounts is what comes of it: for each
 * mount "LINE SOURCE TARGET TYPE OPTIONS", with bars between them.
 */
static const struct {
	const char *text, *error, *mounts;
} table[] = {
	{ "", NULL, "" },
	{ "\n\n \t\n# comment\n   # another\n#", NULL, "" },
	{ "/s /t none bind", NULL, "1 /s /t none bind" },
	{ "/s /t none bind 0 0\n", NULL, "1 /s /t none bind" },
	{ "\t/s \t /t\tnone  bind,ro 0\t2  ", NULL, "1 /s /t none bind,ro" },
	{ "# x\n\n/s /t none rbind,nodev\n/s /u none bind", NULL,
	  "3 /s /t none rbind,nodev|4 /s /u none bind" },
	{ "/s /t bind ro\n/s /t rbind rw", NULL,
	  "1 /s /t bind ro|2 /s /t rbind rw" },
	{ "/s /t ext4 bind", NULL, "1 /s /t none bind" },
	{ "/dev/sda /t ext4 noatime,errors=panic 1 2", NULL,
	  "1 /dev/sda /t ext4 noatime,errors=panic" },
	{ "none /t tmpfs size=16m,mode=1777", NULL,
	  "1 none /t tmpfs size=16m,mode=1777" },
	{ "/a /b none move", NULL, "1 /a /b none move" },
	{ "/a\\040b /c\\134d none bind", NULL, "1 /a b /c\\d none bind" },
	{ "/a\\303\\251 /b none bind", NULL, "1 /a\xc3\xa9 /b none bind" },
	{ "/a#b /c#d none bind", NULL, "1 /a#b /c#d none bind" },
	{ "/a/%n/%% /b none bind", NULL, "1 /a/%n/%% /b none bind" },

	/* A vserver has no use for these. */
	{ "/dev/sda none swap sw 0 0", NULL, "" },
	{ "/dev/sda none swap sw 0 0\n/s /t none bind", NULL,
	  "2 /s /t none bind" },
	{ "proc /proc proc defaults 0 0", NULL, "" },
	{ "none /dev/pts devpts gid=5,mode=620 0 0", NULL, "" },
	{ "UUID=1 / ext4 noauto 0 0", NULL, "" },
	{ "/s /t none bind,noauto", NULL, "" },

	{ "/s", "1: " FIELDS, NULL },
	{ "\n/s /t none", "2: " FIELDS, NULL },
	{ "/s /t none bind 0 0 0",
	  "1: more than six fields; a space in one is written \\040", NULL },
	{ "/s /t none bind # note", "1: #: must be a number", NULL },
	{ "/s /t none bind x", "1: x: must be a number", NULL },
	{ "/s /t none bind 0 -1", "1: -1: must be a number", NULL },
	{ "/s /t none bind,", "1: an option is empty", NULL },
	{ "/s /t none bind,,ro", "1: an option is empty", NULL },
	{ "/s /t none bind,\"x", "1: \"x: a quote cannot be in an option",
	  NULL },
	{ "/s /t none bind,loud", "1: loud: no such mount option", NULL },
	{ "/s\\ x /t none bind", "1: /s\\: " ESCAPE, NULL },
	{ "/s\\04 /t none bind", "1: /s\\04: " ESCAPE, NULL },
	{ "/s\\048 /t none bind", "1: /s\\048: " ESCAPE, NULL },
	{ "/s\\400 /t none bind", "1: /s\\400: " ESCAPE, NULL },
	{ "/s\\000 /t none bind", "1: /s\\000: " ESCAPE, NULL },
	{ "/s\\012 /t none bind", "1: " CONTROL, NULL },
	{ "/s /t none bind\r\n", "1: " CONTROL, NULL },
	{ "/s\x7f /t none bind", "1: " CONTROL, NULL },
	{ "/s t none bind", "1: t: " TARGET, NULL },
	{ "/s / none bind", "1: /: " TARGET, NULL },
	{ "/s none none bind", "1: none: " TARGET, NULL },
	{ "/s /t/../u none bind", "1: /t/../u: " TARGET, NULL },
	{ "/s /t/ none bind", "1: /t/: " TARGET, NULL },
	{ "s /t none bind", "1: /t: needs source = an absolute path", NULL },
	{ "/s /t none ro",
	  "1: /t: with type none needs one of the options bind, rbind and "
	  "move",
	  NULL },
	{ "/s /t none bind,move",
	  "1: /t: can be a bind or can be moved, but not both", NULL },
	{ "/s /t Ext4 ro",
	  "1: Ext4: must be \"bind\", \"rbind\", \"none\" or a filesystem's "
	  "name",
	  NULL },
	{ "proc /p proc defaults",
	  "1: /p: cannot be of type proc: a vserver has a /proc of its own",
	  NULL },
	{ "UUID=1 /t ext4 ro",
	  "1: UUID=1: name the device by its path, below /dev/disk for example",
	  NULL },
	{ "/%u /t none bind", "1: /%u: can have %n and %% only", NULL },
	{ "/%i /t none bind", "1: /%i: can have %n and %% only", NULL },
	{ "/% /t none bind", "1: /%: can have %n and %% only", NULL },
};

static char *describe(const struct vns_fstab *fstab)
{
	char *text = NULL;
	size_t length, i, k;
	FILE *file = open_memstream(&text, &length);

	need(file, "open_memstream");
	for (i = 0; i < fstab->count; i++) {
		const struct vns_mount *mount = &fstab->mounts[i];

		fprintf(file, "%s%u %s %s %s ", i ? "|" : "", mount->line,
			mount->source, mount->target, mount->type);
		for (k = 0; k < mount->options.count; k++)
			fprintf(file, "%s%s", k ? "," : "",
				mount->options.items[k]);
	}
	fclose(file);
	return text;
}

static int parse(const char *text, size_t length, bool instance,
		 struct vns_fstab **fstab, struct vns_error *err)
{
	/* It has its own length, for the sanitizer to see. */
	char *copy = malloc(length ? length : 1);
	int rc;

	need(copy, "malloc");
	memcpy(copy, text, length);
	rc = vns_fstab_parse(copy, length, "f", instance, fstab, err);
	free(copy);
	return rc;
}

static void test_table(void)
{
	size_t i;

	for (i = 0; i < LENGTH(table); i++) {
		const char *text = table[i].text;
		VNS_AUTOFSTAB struct vns_fstab *fstab = NULL;
		struct vns_error err = { "" };
		int rc = parse(text, strlen(text), false, &fstab, &err);

		about("fstab with \"%s\"", text);
		is_number(rc, table[i].error ? -EINVAL : 0, "it is %s",
			  table[i].error ? "refused" : "read");
		if (rc < 0) {
			ok(strncmp(err.text, "f:", 2) == 0,
			   "the error message begins with the file's path");
			is_string(err.text + 2, table[i].error,
				  "the error message names the line and what "
				  "is wrong");
		} else {
			char *mounts = describe(fstab);

			is_string(mounts, table[i].mounts,
				  "the mounts that are read from it");
			is_string(fstab->path, "f",
				  "the path of the file is kept");
			free(mounts);
		}
	}
}

static void test_others(void)
{
	VNS_AUTOFSTAB struct vns_fstab *fstab = NULL;
	struct vns_error err = { "" };

	about("fstab of an instance, with %%i");
	is_number(parse("/%i/%n /t none bind", 19, true, &fstab, &err), 0,
		  "it is read");
	is_string(fstab ? fstab->mounts[0].source : NULL, "/%i/%n",
		  "the source keeps %%i and %%n for later");
	vns_fstab_free(fstab);
	fstab = NULL;

	about("fstab with a NUL in its second line");
	is_number(parse("\n\0\n", 3, false, &fstab, &err), -EINVAL,
		  "it is refused");
	is_string(err.text, "f:2: there must be no NUL", "error message");
	ok(!fstab, "there is no table");
}

int main(void)
{
	test_table();
	test_others();
	return finish();
}
