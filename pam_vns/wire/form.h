/*
 * The form of a message: a table says which fields it has, and where in a
 * struct their values are. Fields come in the order of the table. Each message
 * is of a kind, which the first row is about; a kind has some of the fields,
 * and needs some of them. Pure: it sends nothing.
 */
#ifndef VNS_FORM_H
#define VNS_FORM_H

#include "wire/version.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum vns_form_type {
	VNS_FORM_TEXT,	 /* const char *; NULL: not there */
	VNS_FORM_FLAG,	 /* bool; false: not there */
	VNS_FORM_NUMBER, /* unsigned (an id, a set, an enum) */
	VNS_FORM_LARGE,	 /* unsigned long long */
	VNS_FORM_LIST,	 /* struct vns_strings: a field for each string */
	VNS_FORM_GROUPS, /* gid_t *; "beside" is the place of their number */
	VNS_FORM_TYPES,
};

/* All kinds. */
#define VNS_FORM_ANY (~0U)
/* ~0 is no id: chown(2) takes it for "leave it as it is". */
#define VNS_FORM_ID_MAX (UINT_MAX - 1)

struct vns_form_row {
	const char *key;
	enum vns_form_type type;
	size_t offset; /* of the value in the struct */
	/*
	 * Of the bool that says whether a number is there; 0: it is there if it
	 * is needed.
	 */
	size_t beside;
	unsigned kinds;	 /* bit N: a message of kind N may have the field */
	unsigned needed; /* bit N: it must have it */
	/*
	 * The field is there if and only if the last field above it that does
	 * not follow another is there.
	 */
	bool follows;
	/* The largest number; or how many strings or groups at most. */
	unsigned long long max;
	/*
	 * Whether a text, or each string of a list, may be sent; NULL: any may.
	 * A text that is "" is not there unless it may be sent.
	 */
	bool (*valid)(const char *text);
};

struct vns_form {
	const char *name; /* for errors */
	enum vns_version_side sender;
	size_t max; /* the size of a message */
	const struct vns_form_row *rows;
	size_t count;
};

/*
 * Makes a message of the struct; the caller frees *text. What does not belong
 * to the message's kind is left out. Returns 0, -E2BIG, -EINVAL or -ENOMEM.
 */
int vns_form_pack(const struct vns_form *form, const void *from, char **text,
		  size_t *length, struct vns_error *err);

/*
 * Fills a struct that is all 0 with what is in a message. Texts point into
 * *copy, which the caller frees; lists and groups are the struct's, also after
 * a failure. Nothing but what vns_form_pack makes is taken. Returns 0, -E2BIG,
 * -EPROTO (vns_version_check), -EINVAL or -ENOMEM.
 */
int vns_form_unpack(const struct vns_form *form, const char *text,
		    size_t length, char **copy, void *to,
		    struct vns_error *err);

/* For "valid": there is something, and it has no control characters. */
bool vns_form_line(const char *text);
/* The same, but tabs and ends of lines are taken. */
bool vns_form_lines(const char *text);

#endif
