/*
 * Reads and sets which services glibc asks for a database (nsswitch.conf(5)).
 * They hold for the whole process, and what is set here stays set.
 */
#ifndef VNS_NSSDB_H
#define VNS_NSSDB_H

#include "lib/error.h"

/*
 * Reads the host's nsswitch.conf. The caller frees *text, which is NULL where
 * there is no such file.
 */
int vns_nssdb_read(char **text, struct vns_error *err);

int vns_nssdb_configure(const char *database, const char *services,
			struct vns_error *err);

#endif
