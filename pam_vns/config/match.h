/* Matching one value against a rule's list. Pure; "!" excludes. */
#ifndef VNS_MATCH_H
#define VNS_MATCH_H

#include "lib/util.h"

#include <stdbool.h>

/*
 * A list matches if it has no inclusive item or one of them matches, and no
 * excluded item matches. An absent value (NULL) is the empty string.
 */
bool vns_match_glob(const struct vns_strings *list, const char *value);
bool vns_match_uid(const struct vns_strings *list, unsigned long uid);
/* As glob; "/dev/" in front of either makes no difference. */
bool vns_match_tty(const struct vns_strings *list, const char *tty);
/*
 * Host name globs, addresses, ADDRESS/BITS. IPv4 in IPv6 is IPv4; no network
 * matches addresses of the other kind.
 */
bool vns_match_rhost(const struct vns_strings *list, const char *rhost);

/* Whether the value stands in the list to the letter, not by a pattern. */
bool vns_match_exact(const struct vns_strings *list, const char *value);

/* The forms that uids and rhosts items may have, without the "!". */
bool vns_match_uid_valid(const char *item);
bool vns_match_rhost_valid(const char *item);

#endif
