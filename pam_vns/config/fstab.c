/*
 * Splits an fstab(5) into lines and fields, undoes their escapes, and checks
 * what each line is to mount.
 */
#include "config/fstab.h"

#include "config/value.h"
#include "lib/mountopt.h"
#include "lib/subst.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define BLANKS " \t"

enum { SOURCE, TARGET, TYPE, OPTIONS, DUMP, PASS, FIELDS };

struct line {
	const char *path;
	unsigned number;
	bool instance;
	struct vns_error *err;
	char *fields[FIELDS];
	size_t count;
};

static int complain(const struct line *line, const char *what, const char *why)
{
	return vns_error_set(line->err, EINVAL, "%s:%u: %s%s%s", line->path,
			     line->number, what ? what : "", what ? ": " : "",
			     why);
}

static int split(struct line *line, char *text)
{
	char *save = NULL, *word;

	line->count = 0;
	for (word = strtok_r(text, BLANKS, &save); word;
	     word = strtok_r(NULL, BLANKS, &save)) {
		if (line->count == FIELDS)
			return complain(line, NULL,
					"more than six fields; a space in one "
					"is written \\040");
		if (!vns_util_unescape(word))
			return complain(line, word,
					"a backslash must be followed by "
					"three octal digits, as in \\040");
		if (!vns_value_printable(word))
			return complain(line, NULL,
					"there must be no control characters");
		line->fields[line->count++] = word;
	}
	if (line->count <= OPTIONS)
		return complain(line, NULL,
				"source, target, type and options are needed");
	return 0;
}

static int check_numbers(const struct line *line)
{
	unsigned long ignored;
	size_t i;

	for (i = DUMP; i < line->count; i++)
		if (!vns_util_number(line->fields[i], INT_MAX, &ignored))
			return complain(line, line->fields[i],
					"must be a number");
	return 0;
}

/* Reads the options into a list, and those that are known into *options. */
static int read_options(struct line *line, struct vns_mount *mount,
			struct vns_mountopt *options)
{
	char *list = line->fields[OPTIONS], *option;

	vns_mountopt_init(options, line->fields[TYPE]);
	while ((option = strsep(&list, ","))) {
		if (!*option)
			return complain(line, NULL, "an option is empty");
		/*
		 * Quotes are used as in context="a,b", which would come apart
		 * here.
		 */
		if (strchr(option, '"'))
			return complain(line, option,
					"a quote cannot be in an option");
		if (vns_strings_add(&mount->options, option) < 0)
			return vns_error_memory(line->err);
		vns_mountopt_add(options, option);
	}
	return 0;
}

/* A machine's own fstab has lines that a vserver has no use for. */
static bool is_left_out(const struct line *line,
			const struct vns_mountopt *options)
{
	static const struct {
		const char *target, *type;
	} own[] = { { "/proc", "proc" }, { "/dev/pts", "devpts" } };
	size_t i;

	if (options->skip || strcmp(line->fields[TYPE], "swap") == 0)
		return true;
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(line->fields[TARGET], own[i].target) == 0 &&
		    strcmp(line->fields[TYPE], own[i].type) == 0)
			return true;
	return false;
}

static int check_source(const struct line *line)
{
	static const char *const tags[] = { "UUID=", "LABEL=", "PARTUUID=",
					    "PARTLABEL=", "ID=" };
	const char *source = line->fields[SOURCE];
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (strncmp(source, tags[i], strlen(tags[i])) == 0)
			return complain(line, source,
					"name the device by its path, below "
					"/dev/disk for example");
	if (vns_subst_valid(source, line->instance ? "ni" : "n"))
		return 0;
	return complain(line, source,
			line->instance ? "can have %n, %i and %% only" :
					 "can have %n and %% only");
}

/* Finds the type; mount(8) pays no attention to the type of a bind either. */
static const char *find_type(const struct line *line,
			     const struct vns_mountopt *options)
{
	const char *type = line->fields[TYPE];

	return options->kind == VNS_MOUNTOPT_FILESYSTEM ||
			       strcmp(type, "bind") == 0 ||
			       strcmp(type, "rbind") == 0 ?
		       type :
		       "none";
}

static int check_mount(const struct line *line, const char *type,
		       const struct vns_mountopt *options)
{
	const char *target = line->fields[TARGET], *wrong;
	int rc = check_source(line);

	if (rc < 0)
		return rc;
	if (!vns_util_path_valid(target) || target[1] == '\0')
		return complain(line, target,
				"the target must be an absolute path below "
				"\"/\", without \".\", \"..\", \"//\" or a "
				"\"/\" at the end");
	if (options->kind != VNS_MOUNTOPT_FILESYSTEM && options->unknown)
		return complain(line, options->unknown, "no such mount option");
	wrong = vns_value_wrong("mount", "type", line->fields[TYPE], false);
	if (wrong)
		return complain(line, line->fields[TYPE], wrong);
	wrong = vns_mountopt_wrong(options, type, line->fields[SOURCE]);
	return wrong ? complain(line, target, wrong) : 0;
}

static int copy_mount(const struct line *line, const char *type,
		      struct vns_mount *mount)
{
	mount->type = strdup(type);
	mount->target = strdup(line->fields[TARGET]);
	mount->source = strdup(line->fields[SOURCE]);
	mount->line = line->number;
	return mount->type && mount->target && mount->source ?
		       0 :
		       vns_error_memory(line->err);
}

static void free_mount(struct vns_mount *mount)
{
	free(mount->target);
	free(mount->source);
	free(mount->type);
	vns_strings_free(&mount->options);
	memset(mount, 0, sizeof(*mount));
}

/* On failure, what there is of the mount is left to whoever frees the table. */
static int parse_line(struct line *line, char *text, struct vns_fstab *fstab)
{
	struct vns_mount *mount = &fstab->mounts[fstab->count];
	struct vns_mountopt options = { 0 };
	const char *type;
	int rc;

	text += strspn(text, BLANKS);
	if (!*text || *text == '#')
		return 0;
	rc = split(line, text);
	if (rc == 0)
		rc = check_numbers(line);
	fstab->count++;
	if (rc == 0)
		rc = read_options(line, mount, &options);
	if (rc < 0)
		return rc;
	if (is_left_out(line, &options)) {
		free_mount(mount);
		fstab->count--;
		return 0;
	}
	type = find_type(line, &options);
	rc = check_mount(line, type, &options);
	return rc < 0 ? rc : copy_mount(line, type, mount);
}

static size_t count_lines(const char *text, size_t length)
{
	size_t i, count = 1;

	for (i = 0; i < length; i++)
		count += text[i] == '\n';
	return count;
}

static struct vns_fstab *make_table(const char *path, size_t lines)
{
	VNS_AUTOFSTAB struct vns_fstab *made = calloc(1, sizeof(*made));
	struct vns_fstab *result = made;

	if (!made)
		return NULL;
	made->path = strdup(path);
	made->mounts = calloc(lines, sizeof(*made->mounts));
	if (!made->path || !made->mounts)
		return NULL;
	made = NULL;
	return result;
}

int vns_fstab_parse(const char *text, size_t length, const char *path,
		    bool instance, struct vns_fstab **fstab,
		    struct vns_error *err)
{
	struct line line = { .path = path, .instance = instance, .err = err };
	VNS_AUTOFSTAB struct vns_fstab *made = NULL;
	VNS_AUTOFREE char *copy = calloc(1, length + 1);
	char *rest = copy, *next;
	int rc = 0;

	if (copy)
		made = make_table(path, count_lines(text, length));
	if (!made)
		return vns_error_memory(err);
	memcpy(copy, text, length);
	if (strlen(copy) != length) {
		line.number = (unsigned)count_lines(copy, strlen(copy));
		return complain(&line, NULL, "there must be no NUL");
	}
	while (rc == 0 && (next = strsep(&rest, "\n"))) {
		line.number++;
		rc = parse_line(&line, next, made);
	}
	if (rc < 0)
		return rc;
	*fstab = made;
	made = NULL;
	return 0;
}

void vns_fstab_free(struct vns_fstab *fstab)
{
	size_t i;

	if (!fstab)
		return;
	for (i = 0; i < fstab->count; i++)
		free_mount(&fstab->mounts[i]);
	free(fstab->mounts);
	free(fstab->path);
	free(fstab);
}
