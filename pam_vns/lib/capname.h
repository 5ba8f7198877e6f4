/* Sets of capabilities (capabilities(7)), by name. Pure. */
#ifndef VNS_CAPNAME_H
#define VNS_CAPNAME_H

#include <stdbool.h>

/* Bit N is capability N. */
typedef unsigned long long vns_capset;

#define VNS_CAPSET_ALL (~0ULL)

/* What logins need of uid 0: sshd, su, login, cron and sudo work with it. */
vns_capset vns_capname_tenant(void);

/* "chown" or "cap_chown", in any case of letters; false for no such name. */
bool vns_capname_find(const char *name, vns_capset *set);

#endif
