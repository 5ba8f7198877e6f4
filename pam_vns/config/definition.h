/*
 * Parses a vserver's definition, NAME.conf or NAME@.conf of vserver_dir. Pure:
 * it opens no files.
 */
#ifndef VNS_DEFINITION_H
#define VNS_DEFINITION_H

#include "config/types.h"
#include "lib/mountopt.h"
#include "system/seccomp.h"

#include <limits.h>

/*
 * Parses a definition. With instance the text is that of a template,
 * NAME@.conf, and name is NAME@INSTANCE. Then %i in the text stands for
 * INSTANCE, and root, source, template, fstab and hostname are returned
 * expanded. cgroup is always returned expanded.
 */
int vns_config_parse_vserver(const char *text, size_t length, const char *path,
			     const char *name, bool instance,
			     struct vns_vserver **vserver,
			     struct vns_error *err);
void vns_config_free_vserver(struct vns_vserver *vserver);

/*
 * Puts the names into a mount's source, which is "" if the mount has none. The
 * result must again pass the check of what is written (mountopt.h).
 */
int vns_config_mount_source(const struct vns_vserver *vserver,
			    const struct vns_mount *mount,
			    const struct vns_mountopt *options,
			    char source[PATH_MAX], struct vns_error *err);

/*
 * Returns the capabilities that uid 0 keeps in a session: those that the
 * definition names, otherwise those that a tenant needs. In a user namespace,
 * where capabilities are the tenant's own power, the default is all of them.
 */
vns_capset vns_config_capabilities(const struct vns_vserver *vserver,
				   bool user_namespace);

/*
 * Returns what everything inside is to lose. In a user namespace the calls that
 * a tenant does without are taken unless the definition says otherwise.
 */
struct vns_restriction vns_config_restriction(const struct vns_vserver *vserver,
					      bool user_namespace);

static inline void vns_config_autofree_vserver(struct vns_vserver **vserver)
{
	vns_config_free_vserver(*vserver);
}
#define VNS_AUTOVSERVER __attribute__((cleanup(vns_config_autofree_vserver)))

#endif
