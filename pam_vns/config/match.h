/*
 * Matches one value against a rule's list. Pure: it opens no files. An item
 * with "!" excludes.
 */
#ifndef VNS_MATCH_H
#define VNS_MATCH_H

#include "lib/util.h"

#include <stdbool.h>

/*
 * A list matches if it has no inclusive item or one of its inclusive items
 * matches, and no excluded item matches. A value that is not known (NULL) is
 * the empty string. In a pattern a backslash is a character like others, as in
 * AD\carl.
 */
bool vns_match_glob(const struct vns_strings *list, const char *value);
bool vns_match_uid(const struct vns_strings *list, unsigned long uid);
/*
 * Matches as vns_match_glob does; "/dev/" in front of either makes no
 * difference.
 */
bool vns_match_tty(const struct vns_strings *list, const char *tty);
/*
 * The items are host name globs, addresses and ADDRESS/BITS. An IPv4 address in
 * IPv6 counts as IPv4; no network matches addresses of the other kind.
 */
bool vns_match_rhost(const struct vns_strings *list, const char *rhost);

/* Whether the value is in the list to the letter, not by a pattern. */
bool vns_match_exact(const struct vns_strings *list, const char *value);

/*
 * Whether an item has a form that uids, or rhosts, may have, without the "!".
 */
bool vns_match_uid_valid(const char *item);
bool vns_match_rhost_valid(const char *item);

#endif
