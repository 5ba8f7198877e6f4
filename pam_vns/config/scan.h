/*
 * Refuses what libconfuse lets pass and a root daemon must not. Pure: it opens
 * no files.
 *
 * These are findings about libconfuse 3.3: an unclosed comment swallows the
 * rest of the file, ${NAME} is replaced from the caller's environment,
 * characters that it does not know are dropped (an unquoted web-* means
 * "web-"), an empty list is the same as no list, and a key set twice keeps its
 * last value. Each of these is an error here, before libconfuse sees the text.
 * Comments, which put libconfuse's line numbers out, are turned into spaces.
 */
#ifndef VNS_SCAN_H
#define VNS_SCAN_H

#include "lib/error.h"

/*
 * Checks and cleans the text. Returns 0, or -EINVAL with "path:line: what is
 * wrong". text need not end in NUL; its length and its line ends stay as they
 * are.
 */
int vns_scan_clean(char *text, size_t length, const char *path,
		   struct vns_error *err);

#endif
