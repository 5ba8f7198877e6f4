/*
 * From what libconfuse has parsed to structs. Everything is copied; all return
 * 0 or -ENOMEM, and what was copied by then is the caller's to free.
 */
#ifndef VNS_COPY_H
#define VNS_COPY_H

#include "config/types.h"

#include <confuse.h>

/* NULL stays NULL. */
int vns_copy_string(char **to, const char *from);

/* All values of a key, behind those that are there. */
int vns_copy_list(struct vns_strings *to, cfg_t *cfg, const char *key);

/* Sections "hook" of a session, and of a vserver's life. */
int vns_copy_session_hooks(struct vns_hook *open, struct vns_hook *close,
			   cfg_t *cfg);
int vns_copy_lifecycle(struct vns_hook hooks[VNS_LIFECYCLE_COUNT], cfg_t *cfg);
void vns_copy_free_lifecycle(struct vns_hook hooks[VNS_LIFECYCLE_COUNT]);

#endif
