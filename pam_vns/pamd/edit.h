/*
 * Puts the lines of pam_vns.so into the text of a service's file, where
 * pam_vns(8) says that they go, and takes them out again. Pure: it opens no
 * files.
 *
 * A line that was put in is known by the comment behind it, and a line that was
 * taken out is kept as a comment, not in a copy of the file. So all of this can
 * be undone, and nothing else with it, whatever else an administrator or a
 * package has changed in the file in the meantime. Lines without the comment
 * are somebody's own, and are never touched.
 */
#ifndef VNS_PAMEDIT_H
#define VNS_PAMEDIT_H

#include "pamd/stack.h"

#define VNS_PAMEDIT_MARK "# vns enable"
/*
 * The mark where the file's last line had no newline, and one was put in, too.
 */
#define VNS_PAMEDIT_MARK_NEWLINE VNS_PAMEDIT_MARK ", with the line end above"

/*
 * Makes the text with the lines put in. file is what text parses to; read and
 * its context are for the files that it includes. Returns 0 and the new text,
 * which the caller frees, or a negative errno and the reason. Lines that were
 * put in before are moved to where they belong, with whatever they have become;
 * with keep the two lines that place users stay where they are.
 *
 * If *left is not empty, it says why placed users are not kept from
 * pam_systemd.so: then nothing has changed about that.
 */
int vns_pamedit_enable(const char *text, size_t length,
		       const struct vns_pamstack_file *file, bool keep,
		       vns_pamstack_reader *read, void *context, char **made,
		       struct vns_error *left, struct vns_error *err);

/* Whether one of text's lines was put in by this file's functions. */
bool vns_pamedit_is_marked(const char *text,
			   const struct vns_pamstack_line *line);

/*
 * Returns how many lines were put in; *own is another line of pam_vns.so, or
 * NULL.
 */
size_t vns_pamedit_count(const char *text, const struct vns_pamstack_file *file,
			 const struct vns_pamstack_line **own);

/*
 * Makes the text without all that was put in. Returns 0 and the text, which the
 * caller frees, or -ENOMEM.
 */
int vns_pamedit_disable(const char *text, size_t length,
			const struct vns_pamstack_file *file, char **made,
			struct vns_error *err);

#endif
