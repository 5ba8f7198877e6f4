/*
 * Collects the ranges of ids that definitions name, sorts them, and compares
 * each with those that begin in it, with the records, and with the area of
 * "auto".
 */
#include "doctor/overlap.h"

#include "config/definition.h"
#include "config/load.h"
#include "config/scan.h"
#include "native/ranges.h"
#include "system/safefile.h"
#include "vserver/names.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define KEY "user_namespace"

/* --- the ranges ----------------------------------------------------------- */

/* Returns what is behind a string, whose quote is the first character. */
static const char *skip_string(const char *text)
{
	const char quote = *text++;

	while (*text && *text != quote)
		text += *text == '\\' && text[1] ? 2 : 1;
	return text + (*text == quote);
}

/*
 * Finds the line of the key. The definition has been parsed before, so that it
 * is there once, and not the end of another word.
 */
static unsigned find_line(const char *path)
{
	VNS_AUTOFREE char *text = NULL;
	struct vns_error ignored;
	size_t length;
	const char *at;
	unsigned line = 1;

	if (vns_safefile_read(path, VNS_CONFIG_SIZE_MAX, &text, &length,
			      &ignored) < 0 ||
	    vns_scan_clean(text, length, path, &ignored) < 0)
		return 0;
	for (at = text; *at && strncmp(at, KEY, strlen(KEY)) != 0;) {
		line += *at == '\n';
		at = *at == '"' || *at == '\'' ? skip_string(at) : at + 1;
	}
	return *at ? line : 0;
}

static int add_range(const char *name, struct vns_overlap *overlap,
		     struct vns_error *err)
{
	const struct vns_config *config = overlap->config;
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_overlap_range *range = &overlap->items[overlap->count];
	struct vns_error ignored;
	char text[PATH_MAX];

	/* Any instance will do, as the key is the same for all. */
	snprintf(text, sizeof(text), "%s%s", name,
		 vns_util_template(name) ? "i" : "");
	if (vns_load_vserver(config, text, &vserver, &ignored) < 0 ||
	    !vserver->user_namespace ||
	    !vns_idrange_parse(vserver->user_namespace, &range->ids) ||
	    !vns_util_format(range->name, sizeof(range->name), "%s", name) ||
	    !vns_util_format(text, sizeof(text), "%s/%s.conf",
			     config->vserver_dir, name))
		return 0;
	range->line = find_line(text);
	range->path = strdup(text);
	if (!range->path)
		return vns_error_memory(err);
	overlap->count++;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct vns_overlap_range *first = a, *second = b;

	if (first->ids.base == second->ids.base)
		return strcmp(first->name, second->name);
	return first->ids.base < second->ids.base ? -1 : 1;
}

int vns_overlap_collect(const struct vns_config *config,
			struct vns_overlap *overlap, struct vns_error *err)
{
	struct vns_strings names = { 0 };
	size_t i;
	int rc = vns_names_defined(config, &names, err);

	*overlap = (struct vns_overlap){ .config = config };
	if (rc == 0) {
		overlap->items =
			calloc(names.count + 1, sizeof(*overlap->items));
		rc = overlap->items ? 0 : vns_error_memory(err);
	}
	for (i = 0; rc == 0 && i < names.count; i++)
		rc = add_range(names.items[i], overlap, err);
	if (overlap->count > 1)
		qsort(overlap->items, overlap->count, sizeof(*overlap->items),
		      compare);
	vns_strings_free(&names);
	return rc;
}

void vns_overlap_free(struct vns_overlap *overlap)
{
	size_t i;

	for (i = 0; i < overlap->count; i++)
		free(overlap->items[i].path);
	free(overlap->items);
	*overlap = (struct vns_overlap){ 0 };
}

/* --- what is refused ------------------------------------------------------ */

/* Writes "PATH:LINE" of a range, or "PATH" if the line is not known. */
static const char *describe(const struct vns_overlap_range *range, char *text,
			    size_t size)
{
	char line[16] = "";

	if (range->line)
		snprintf(line, sizeof(line), ":%u", range->line);
	snprintf(text, size, "%s%s", range->path, line);
	return text;
}

static void say_pair(const struct vns_overlap_range *one,
		     const struct vns_overlap_range *other,
		     vns_overlap_found *found, void *context)
{
	char text[PATH_MAX + VNS_ERROR_MAX], where[PATH_MAX + 32];

	snprintf(text, sizeof(text),
		 KEY " \"%lu:%lu\" overlaps \"%lu:%lu\" of %s \"%s\" (%s)",
		 one->ids.base, one->ids.count, other->ids.base,
		 other->ids.count,
		 vns_util_template(other->name) ? "template" : "vserver",
		 other->name, describe(other, where, sizeof(where)));
	found(context, true, one, text);
}

/*
 * Compares with the ranges that begin before this one does. Returns whether
 * one of them has ids of it.
 */
static bool find_pairs(const struct vns_overlap *overlap, size_t at,
		       vns_overlap_found *found, void *context)
{
	const struct vns_overlap_range *one = &overlap->items[at];
	bool any = false;
	size_t i;

	for (i = 0; i < at; i++) {
		const struct vns_overlap_range *other = &overlap->items[i];

		if (!vns_idrange_overlap(&one->ids, &other->ids))
			continue;
		any = true;
		say_pair(one, other, found, context);
	}
	return any;
}

/*
 * Whether a start would refuse the range by what is recorded now. Whoever is
 * not root cannot read that. Of a template it is not known whose record may
 * have the range.
 */
static void find_record(const struct vns_overlap *overlap,
			const struct vns_overlap_range *range,
			vns_overlap_found *found, void *context)
{
	struct vns_error err;
	int rc = vns_util_template(range->name) ?
			 vns_idrange_check(&range->ids, &err) :
			 vns_ranges_check(overlap->config->state_dir,
					  range->name, &range->ids, &err);

	if (rc < 0 && rc != -EACCES)
		found(context, true, range, err.text);
}

static void find_template(const struct vns_overlap_range *range,
			  vns_overlap_found *found, void *context)
{
	char text[256];

	snprintf(text, sizeof(text),
		 KEY " \"%lu:%lu\" is the same for all vservers of this "
		     "template, and only the first that is started gets it",
		 range->ids.base, range->ids.count);
	found(context, false, range, text);
}

void vns_overlap_find(const struct vns_overlap *overlap,
		      vns_overlap_found *found, void *context)
{
	size_t i;

	for (i = 0; i < overlap->count; i++) {
		const struct vns_overlap_range *range = &overlap->items[i];

		if (vns_util_template(range->name))
			find_template(range, found, context);
		if (!find_pairs(overlap, i, found, context))
			find_record(overlap, range, found, context);
	}
}

/* --- vns check ------------------------------------------------------------ */

static void add_finding(void *context, bool error,
			const struct vns_overlap_range *range, const char *text)
{
	struct vns_findings *findings = context;
	char line[2 * PATH_MAX + VNS_ERROR_MAX], where[PATH_MAX + 32];

	if (error)
		findings->errors++;
	else
		findings->warnings++;
	snprintf(line, sizeof(line), "%s: %s%s",
		 describe(range, where, sizeof(where)),
		 error ? "" : "warning: ", text);
	findings->found(findings->context, error, line);
}

void vns_overlap_check(const struct vns_config *config,
		       struct vns_findings *findings)
{
	VNS_AUTOOVERLAP struct vns_overlap overlap = { 0 };
	struct vns_error err;

	if (vns_overlap_collect(config, &overlap, &err) < 0) {
		findings->errors++;
		findings->found(findings->context, true, err.text);
		return;
	}
	vns_overlap_find(&overlap, add_finding, findings);
}
