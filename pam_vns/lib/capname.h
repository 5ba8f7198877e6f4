/*
 * Names capabilities and sets of them (capabilities(7)). Pure: it opens no
 * files.
 */
#ifndef VNS_CAPNAME_H
#define VNS_CAPNAME_H

#include <stdbool.h>

/* Bit N stands for capability N. */
typedef unsigned long long vns_capset;

#define VNS_CAPSET_ALL (~0ULL)

/*
 * The capabilities that logins need uid 0 to have: sshd, su, login, cron and
 * sudo work with them.
 */
vns_capset vns_capname_tenant(void);

/*
 * Finds a capability by its name, "chown" or "cap_chown" in upper or lower
 * case; false if there is no such name.
 */
bool vns_capname_find(const char *name, vns_capset *set);

#endif
