/*
 * The grammar of configuration files, and the reading of one with libconfuse.
 * Pure. What comes out has been checked, key by key and as a whole.
 */
#ifndef VNS_CONFPARSE_H
#define VNS_CONFPARSE_H

#include "lib/error.h"

#include <confuse.h>
#include <stddef.h>

enum vns_confparse_kind {
	VNS_CONFPARSE_MAIN,
	VNS_CONFPARSE_USER,
	VNS_CONFPARSE_VSERVER,
	VNS_CONFPARSE_TEMPLATE, /* a vserver's, with %n and %i in it */
};

/* path is for messages: "path:line: ...". Safe in a program with threads. */
int vns_confparse_text(enum vns_confparse_kind kind, const char *text,
		       size_t length, const char *path, cfg_t **cfg,
		       struct vns_error *err);

void vns_confparse_free(cfg_t **cfg);
#define VNS_AUTOCFG __attribute__((cleanup(vns_confparse_free)))

#endif
