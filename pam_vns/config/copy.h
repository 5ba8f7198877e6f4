/*
 * Copies what libconfuse has parsed into structs. Everything is copied. The
 * functions that copy return 0 or -ENOMEM, and the caller frees what was copied
 * by then.
 */
#ifndef VNS_COPY_H
#define VNS_COPY_H

#include "config/types.h"

#include <confuse.h>

/* Copies a string; NULL stays NULL. */
int vns_copy_string(char **to, const char *from);

/* Appends all values of a key to the list. */
int vns_copy_list(struct vns_strings *to, cfg_t *cfg, const char *key);

/*
 * Copy the sections "hook" that are about a session, or about a vserver's life.
 */
int vns_copy_session_hooks(struct vns_hook *open, struct vns_hook *close,
			   cfg_t *cfg);
int vns_copy_lifecycle(struct vns_hook hooks[VNS_LIFECYCLE_COUNT], cfg_t *cfg);
void vns_copy_free_lifecycle(struct vns_hook hooks[VNS_LIFECYCLE_COUNT]);

#endif
