/* Finds and lists the vservers: those with a definition, and those that run. */
#ifndef VNS_NAMES_H
#define VNS_NAMES_H

#include "config/config.h"

/*
 * Finds a definition by NAME, by a context number, or by :NAME (which is never
 * taken for a number). Returns -ENOENT where there is none.
 */
int vns_names_find(const struct vns_config *config, const char *id,
		   struct vns_vserver **vserver, struct vns_error *err);

/*
 * Lists the names of all vservers, sorted: those with a definition in
 * vserver_dir, and the running instances of templates.
 */
int vns_names_all(const struct vns_config *config, struct vns_strings *names,
		  struct vns_error *err);

/* Lists the names of all native vservers that run, defined or not, sorted. */
int vns_names_running(const struct vns_config *config,
		      struct vns_strings *names, struct vns_error *err);

/* Lists the names of all definitions in vserver_dir, templates too, sorted. */
int vns_names_defined(const struct vns_config *config,
		      struct vns_strings *names, struct vns_error *err);

#endif
