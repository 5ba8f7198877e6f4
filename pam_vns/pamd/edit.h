/*
 * Where the lines of pam_vns.so go in a service's file, pam_vns(8), and taking
 * them out again. Pure.
 *
 * What was put in is known by a comment behind it, and what was taken out is a
 * comment, not a copy of the file: so it can be undone, alone and all of it,
 * whatever else an administrator or a package has changed there in the
 * meantime. Lines without it are somebody's own, and are never touched.
 */
#ifndef VNS_PAMEDIT_H
#define VNS_PAMEDIT_H

#include "pamd/stack.h"

#define VNS_PAMEDIT_MARK "# vns enable"
/* The file's last line had no end: that was put in, too. */
#define VNS_PAMEDIT_MARK_NEWLINE VNS_PAMEDIT_MARK ", with the line end above"

/*
 * file is what text parses to; read and its context are for what that includes.
 * 0 and the new text, to be freed, or a negative errno and why there is none.
 * Lines that were put in before are put where they belong, with whatever they
 * have become; with keep the two that place stay where they are.
 *
 * left says, where it is not empty, why placed users are not kept from
 * pam_systemd.so: then it is as it was with that.
 */
int vns_pamedit_enable(const char *text, size_t length,
		       const struct vns_pamstack_file *file, bool keep,
		       vns_pamstack_reader *read, void *context, char **made,
		       struct vns_error *left, struct vns_error *err);

/* Whether one of text's lines was put in. */
bool vns_pamedit_is_marked(const char *text,
			   const struct vns_pamstack_line *line);

/* How many lines were put in; *own is another line of pam_vns.so, or NULL. */
size_t vns_pamedit_count(const char *text, const struct vns_pamstack_file *file,
			 const struct vns_pamstack_line **own);

/* 0 and the text without all that, to be freed, or -ENOMEM. */
int vns_pamedit_disable(const char *text, size_t length,
			const struct vns_pamstack_file *file, char **made,
			struct vns_error *err);

#endif
