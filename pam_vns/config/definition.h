/* A vserver's definition, NAME.conf or NAME@.conf of vserver_dir. Pure. */
#ifndef VNS_DEFINITION_H
#define VNS_DEFINITION_H

#include "config/types.h"

/*
 * With instance the text is that of a template, NAME@.conf, and name is
 * NAME@INSTANCE: %i in it is INSTANCE, and root, source, template, fstab and
 * hostname come expanded. cgroup always does.
 */
int vns_config_parse_vserver(const char *text, size_t length, const char *path,
			     const char *name, bool instance,
			     struct vns_vserver **vserver,
			     struct vns_error *err);
void vns_config_free_vserver(struct vns_vserver *vserver);

/*
 * What uid 0 of a session keeps: what the definition says, otherwise what a
 * tenant needs; and in a user namespace, where it is the tenant's own power,
 * all of it.
 */
vns_capset vns_config_capabilities(const struct vns_vserver *vserver,
				   bool user_namespace);

static inline void vns_config_autofree_vserver(struct vns_vserver **vserver)
{
	vns_config_free_vserver(*vserver);
}
#define VNS_AUTOVSERVER __attribute__((cleanup(vns_config_autofree_vserver)))

#endif
