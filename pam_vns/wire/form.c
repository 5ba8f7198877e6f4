/* Packs and unpacks the fields of a message by a table of their kinds. */
#include "wire/form.h"

#include "lib/fields.h"

#include <string.h>
#include <sys/types.h>

/* The text that is being made, or only its length while text is NULL. */
struct out {
	char *text;
	size_t used;
};

static void put(struct out *out, const char *data, size_t length)
{
	if (out->text)
		memcpy(out->text + out->used, data, length);
	out->used += length;
}

static void put_key(struct out *out, const char *key)
{
	put(out, key, strlen(key));
	put(out, "=", 1);
}

static void put_field(struct out *out, const char *key, const char *value)
{
	put_key(out, key);
	put(out, value, strlen(value) + 1);
}

static void put_number(struct out *out, unsigned long long number)
{
	char digits[24];
	size_t first = sizeof(digits);

	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	put(out, digits + first, sizeof(digits) - first);
}

/*
 * These return 1 if the field has been put, 0 if there is none, or -EINVAL if
 * the other side would not take it.
 */
typedef int pack_function(const struct vns_form_row *row, const char *from,
			  bool needed, struct out *out);

static int pack_text(const struct vns_form_row *row, const char *from,
		     bool needed, struct out *out)
{
	const char *text;
	bool good;

	(void)needed;
	memcpy(&text, from + row->offset, sizeof(text));
	good = text && (!row->valid || row->valid(text));
	if (!good)
		return text && *text ? -EINVAL : 0;
	put_field(out, row->key, text);
	return 1;
}

static int pack_flag(const struct vns_form_row *row, const char *from,
		     bool needed, struct out *out)
{
	bool flag;

	(void)needed;
	memcpy(&flag, from + row->offset, sizeof(flag));
	if (flag)
		put_field(out, row->key, "1");
	return flag;
}

static int pack_number(const struct vns_form_row *row, const char *from,
		       bool needed, struct out *out)
{
	unsigned long long large;
	unsigned number;

	if (row->beside)
		memcpy(&needed, from + row->beside, sizeof(needed));
	if (!needed)
		return 0;
	if (row->type == VNS_FORM_NUMBER) {
		memcpy(&number, from + row->offset, sizeof(number));
		large = number;
	} else {
		memcpy(&large, from + row->offset, sizeof(large));
	}
	if (large > row->max)
		return -EINVAL;
	put_key(out, row->key);
	put_number(out, large);
	put(out, "", 1);
	return 1;
}

static int pack_list(const struct vns_form_row *row, const char *from,
		     bool needed, struct out *out)
{
	struct vns_strings list;
	size_t i;

	(void)needed;
	memcpy(&list, from + row->offset, sizeof(list));
	if (list.count > row->max)
		return -EINVAL;
	for (i = 0; i < list.count; i++) {
		if (row->valid && !row->valid(list.items[i]))
			return -EINVAL;
		put_field(out, row->key, list.items[i]);
	}
	return list.count > 0;
}

static int pack_groups(const struct vns_form_row *row, const char *from,
		       bool needed, struct out *out)
{
	const gid_t *groups;
	size_t count, i;

	(void)needed;
	memcpy(&groups, from + row->offset, sizeof(groups));
	memcpy(&count, from + row->beside, sizeof(count));
	if (count == 0)
		return 0;
	if (count > row->max)
		return -EINVAL;
	put_key(out, row->key);
	for (i = 0; i < count; i++) {
		if (groups[i] > VNS_FORM_ID_MAX)
			return -EINVAL;
		put_number(out, groups[i]);
		put(out, i + 1 < count ? "," : "", 1);
	}
	return 1;
}

/* These return 0, -EINVAL or -ENOMEM. */
typedef int take_function(const struct vns_form_row *row, char *value,
			  char *to);

static int take_text(const struct vns_form_row *row, char *value, char *to)
{
	if (row->valid && !row->valid(value))
		return -EINVAL;
	memcpy(to + row->offset, &value, sizeof(value));
	return 0;
}

static int take_flag(const struct vns_form_row *row, char *value, char *to)
{
	const bool flag = true;

	if (strcmp(value, "1") != 0)
		return -EINVAL;
	memcpy(to + row->offset, &flag, sizeof(flag));
	return 0;
}

/* Reads a number as put_number writes it: without zeros in front. */
static bool read_number(const char *text, unsigned long long max,
			unsigned long long *number)
{
	unsigned long long value = 0;

	if (!*text || (text[0] == '0' && text[1]))
		return false;
	for (; *text; text++) {
		unsigned digit = (unsigned)*text - '0';

		if (digit > 9 || value > max / 10 || digit > max - value * 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return true;
}

static int take_number(const struct vns_form_row *row, char *value, char *to)
{
	const bool there = true;
	unsigned long long large;
	unsigned number;

	if (!read_number(value, row->max, &large))
		return -EINVAL;
	if (row->type == VNS_FORM_NUMBER) {
		number = (unsigned)large;
		memcpy(to + row->offset, &number, sizeof(number));
	} else {
		memcpy(to + row->offset, &large, sizeof(large));
	}
	if (row->beside)
		memcpy(to + row->beside, &there, sizeof(there));
	return 0;
}

static int take_list(const struct vns_form_row *row, char *value, char *to)
{
	struct vns_strings list;
	int rc;

	memcpy(&list, to + row->offset, sizeof(list));
	if (list.count >= row->max || (row->valid && !row->valid(value)))
		return -EINVAL;
	rc = vns_strings_add(&list, value);
	memcpy(to + row->offset, &list, sizeof(list));
	return rc;
}

static int take_groups(const struct vns_form_row *row, char *value, char *to)
{
	size_t count = 1, i;
	unsigned long long id;
	const char *part;
	gid_t *groups;

	for (part = strchr(value, ','); part; part = strchr(part + 1, ','))
		count++;
	if (count > row->max)
		return -EINVAL;
	groups = calloc(count, sizeof(*groups));
	if (!groups)
		return -ENOMEM;
	memcpy(to + row->offset, &groups, sizeof(groups));
	memcpy(to + row->beside, &count, sizeof(count));
	for (i = 0; i < count; i++) {
		if (!read_number(strsep(&value, ","), VNS_FORM_ID_MAX, &id))
			return -EINVAL;
		groups[i] = (gid_t)id;
	}
	return 0;
}

static const struct {
	pack_function *pack;
	take_function *take;
} types[VNS_FORM_TYPES] = {
	[VNS_FORM_TEXT] = { pack_text, take_text },
	[VNS_FORM_FLAG] = { pack_flag, take_flag },
	[VNS_FORM_NUMBER] = { pack_number, take_number },
	[VNS_FORM_LARGE] = { pack_number, take_number },
	[VNS_FORM_LIST] = { pack_list, take_list },
	[VNS_FORM_GROUPS] = { pack_groups, take_groups },
};

/* How far a message is made or read. */
struct progress {
	const struct vns_form *form;
	size_t row;
	unsigned kind; /* its bit; 0 before the first row */
	bool there;    /* the field of this row is */
	bool leads;    /* the last field above that does not follow is there */
};

static const struct vns_form_row *row_of(const struct progress *progress)
{
	return &progress->form->rows[progress->row];
}

/* Whether the message may have the field of this row; and whether it must. */
static bool is_allowed(const struct progress *progress, bool *needed)
{
	const struct vns_form_row *row = row_of(progress);

	*needed = progress->row == 0 || (row->needed & progress->kind) ||
		  (row->follows && progress->leads);
	return *needed || (!row->follows && (row->kinds & progress->kind));
}

static void note(struct progress *progress, const char *values)
{
	unsigned kind;

	progress->there = true;
	if (progress->row > 0)
		return;
	memcpy(&kind, values + row_of(progress)->offset, sizeof(kind));
	progress->kind = 1U << kind;
}

static void advance(struct progress *progress)
{
	if (!row_of(progress)->follows)
		progress->leads = progress->there;
	progress->there = false;
	progress->row++;
}

static int missing(const struct progress *progress, struct vns_error *err)
{
	return vns_error_set(err, EINVAL, "%s has no \"%s\"",
			     progress->form->name, row_of(progress)->key);
}

static int not_valid(const struct progress *progress, struct vns_error *err)
{
	return vns_error_set(err, EINVAL, "%s has a \"%s\" that is not valid",
			     progress->form->name, row_of(progress)->key);
}

static int too_large(const struct vns_form *form, struct vns_error *err)
{
	return vns_error_set(err, E2BIG, "%s is larger than %zu bytes",
			     form->name, form->max);
}

static int pack_row(struct progress *progress, const char *from,
		    struct out *out, struct vns_error *err)
{
	const struct vns_form_row *row = row_of(progress);
	bool needed;
	int rc;

	if (!is_allowed(progress, &needed))
		return 0;
	rc = types[row->type].pack(row, from, needed, out);
	if (rc < 0)
		return not_valid(progress, err);
	if (rc > 0)
		note(progress, from);
	else if (needed)
		return missing(progress, err);
	return 0;
}

static int pack_rows(const struct vns_form *form, const char *from,
		     struct out *out, struct vns_error *err)
{
	struct progress progress = { .form = form };
	int rc;

	put_key(out, "pam_vns");
	put_number(out, VNS_WIRE_VERSION);
	put(out, "", 1);
	for (; progress.row < form->count; advance(&progress)) {
		rc = pack_row(&progress, from, out, err);
		if (rc < 0)
			return rc;
	}
	return out->used > form->max ? too_large(form, err) : 0;
}

int vns_form_pack(const struct vns_form *form, const void *from, char **text,
		  size_t *length, struct vns_error *err)
{
	struct out out = { 0 };
	int rc = pack_rows(form, from, &out, err);

	if (rc < 0)
		return rc;
	out.text = malloc(out.used);
	if (!out.text)
		return vns_error_memory(err);
	out.used = 0;
	rc = pack_rows(form, from, &out, err);
	if (rc < 0) {
		free(out.text);
		return rc;
	}
	*text = out.text;
	*length = out.used;
	return 0;
}

static int take_value(struct progress *progress, char *value, char *to,
		      struct vns_error *err)
{
	const struct vns_form_row *row = row_of(progress);
	int rc = types[row->type].take(row, value, to);

	if (rc == -ENOMEM)
		return vns_error_memory(err);
	if (rc < 0)
		return not_valid(progress, err);
	note(progress, to);
	if (row->type != VNS_FORM_LIST)
		advance(progress);
	return 0;
}

/*
 * Takes a field, which must be that of this row or of one behind it. NULL
 * stands for the end of the message.
 */
static int take(struct progress *progress, char *field, char *to,
		struct vns_error *err)
{
	for (; progress->row < progress->form->count; advance(progress)) {
		const char *key = row_of(progress)->key;
		bool needed, allowed = is_allowed(progress, &needed);

		if (field && allowed && vns_fields_value(field, key))
			return take_value(progress, field + strlen(key) + 1, to,
					  err);
		if (needed && !progress->there)
			return missing(progress, err);
	}
	if (!field)
		return 0;
	return vns_error_set(err, EINVAL,
			     "%s has \"%.40s\", which does not belong there",
			     progress->form->name, field);
}

int vns_form_unpack(const struct vns_form *form, const char *text,
		    size_t length, char **copy, void *to, struct vns_error *err)
{
	struct progress progress = { .form = form };
	char *field, *next, *end;
	int rc;

	if (length > form->max)
		return too_large(form, err);
	rc = vns_version_check(form->sender, &text, &length, err);
	if (rc < 0)
		return rc;
	if (length > 0 && text[length - 1] != '\0')
		return vns_error_set(err, EINVAL, "%s has no end", form->name);
	*copy = malloc(length + 1);
	if (!*copy)
		return vns_error_memory(err);
	memcpy(*copy, text, length);
	end = *copy + length;
	for (field = *copy; rc == 0 && field < end; field = next) {
		next = field + strlen(field) + 1;
		rc = take(&progress, field, to, err);
	}
	return rc == 0 ? take(&progress, NULL, to, err) : rc;
}

static bool is_text(const char *text, const char *controls)
{
	const char *at;

	for (at = text; *at; at++)
		if (((unsigned char)*at < 0x20 && !strchr(controls, *at)) ||
		    *at == 0x7f)
			return false;
	return at > text;
}

bool vns_form_line(const char *text)
{
	return is_text(text, "");
}

bool vns_form_lines(const char *text)
{
	return is_text(text, "\t\n");
}
