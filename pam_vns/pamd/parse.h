/*
 * Parses pam.d(5): what a service's file says. Pure: the caller reads the file.
 *
 * This follows Linux-PAM 1.4 to 1.7, and Debian's @include. What these take for
 * a rule that always fails is a line here, with the reason. What makes them
 * give up on the whole file, or means one thing to one version and another to
 * the next, is an error.
 */
#ifndef VNS_PARSE_H
#define VNS_PARSE_H

#include "lib/error.h"
#include "lib/util.h"

enum vns_pamstack_type {
	VNS_PAMSTACK_AUTH,
	VNS_PAMSTACK_ACCOUNT,
	VNS_PAMSTACK_PASSWORD,
	VNS_PAMSTACK_SESSION,
	VNS_PAMSTACK_TYPES, /* the type of @include: all types */
};

enum vns_pamstack_kind {
	VNS_PAMSTACK_MODULE,
	VNS_PAMSTACK_INCLUDE, /* include and @include */
	VNS_PAMSTACK_SUBSTACK,
	VNS_PAMSTACK_BROKEN, /* fails whenever it is run */
};

/*
 * The codes that a module may return, by Linux-PAM's numbers; those that
 * matter.
 */
#define VNS_PAMSTACK_CODES 32
enum {
	VNS_PAMSTACK_SUCCESS = 0,
	VNS_PAMSTACK_IGNORED = 25,
	VNS_PAMSTACK_UNKNOWN = 28, /* the module is missing */
};

/*
 * What the stack does with a code. A number above 0 jumps over so many rules.
 */
enum {
	VNS_PAMSTACK_DO_IGNORE = 0,
	VNS_PAMSTACK_DO_OK = -1,
	VNS_PAMSTACK_DO_DONE = -2,
	VNS_PAMSTACK_DO_BAD = -3,
	VNS_PAMSTACK_DO_DIE = -4,
	VNS_PAMSTACK_DO_RESET = -5,
};

/* A line that says something: comments and empty lines are not among them. */
struct vns_pamstack_line {
	enum vns_pamstack_kind kind;
	/* TYPES for a broken line that has no known type */
	enum vns_pamstack_type type;
	const char *wrong;    /* why a line is broken; never freed */
	unsigned first, last; /* line numbers; with a backslash several */
	size_t start, end;    /* bytes of the text, the newline included */
	char *text;	      /* joined, without type and comment */
	char *control;	      /* a word, or what is between [ and ] */
	char *target;	      /* the module, or the included file */
	struct vns_strings arguments;
	int actions[VNS_PAMSTACK_CODES]; /* of a module's line */
	bool silent;			 /* a "-" before the type */
};

struct vns_pamstack_file {
	char *path;
	struct vns_pamstack_line *lines;
	size_t count;
};

/*
 * Parses a file. text (length bytes) need not end in NUL; path is for messages.
 * Returns 0 and a file that the caller frees, or a negative errno and
 * "path:line: what is wrong".
 */
int vns_pamstack_parse(const char *text, size_t length, const char *path,
		       struct vns_pamstack_file **file, struct vns_error *err);
void vns_pamstack_free_file(struct vns_pamstack_file *file);

/*
 * Whether a line's module is this one. The name is that of the module's file:
 * "pam_env.so".
 */
bool vns_pamstack_is(const struct vns_pamstack_line *line, const char *module);

/* Whether one of the line's arguments is this word. */
bool vns_pamstack_has(const struct vns_pamstack_line *line, const char *word);

/*
 * Whether it is a line of our module that places users in their vserver, or in
 * the account phase refuses them. A line with "close" or "placed?" does
 * neither.
 */
bool vns_pamstack_places(const struct vns_pamstack_line *line,
			 const char *module);

/*
 * Whether the line succeeds for uid 0 and fails for all others:
 * pam_succeed_if(8).
 */
bool vns_pamstack_tells_root(const struct vns_pamstack_line *line);

static inline void vns_pamstack_autofree_file(struct vns_pamstack_file **file)
{
	vns_pamstack_free_file(*file);
}
#define VNS_AUTOPAMFILE __attribute__((cleanup(vns_pamstack_autofree_file)))

#endif
