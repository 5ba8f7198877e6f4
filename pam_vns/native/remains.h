/*
 * Says what keeps the namespaces of a vserver that was stopped: they live on,
 * the mount namespace with all its mounts, as long as anybody has a descriptor
 * or a mount of them, or is in one of them that "vns stop" does not look at.
 */
#ifndef VNS_REMAINS_H
#define VNS_REMAINS_H

#include "lib/log.h"
#include "native/native.h"
#include "system/place.h"

/*
 * Both are called under the vserver's lock, while what was the vserver is still
 * open, and before its pin is removed. The first notes which mount namespace it
 * was, for vns_remains_tell_later. The second looks through all processes; if
 * somebody but the caller uses the namespaces, each is logged, else the note is
 * removed. This takes a second if a process of vns or vnamespace is among
 * them, as these are waited for.
 */
void vns_remains_note(const struct vns_native *native,
		      const struct vns_place *place);
void vns_remains_tell(const struct vns_native *native,
		      const struct vns_place *place, const struct vns_log *log);

/*
 * For a vserver that does not run: looks through all processes if there is a
 * note, and logs who uses the mount namespace.
 */
void vns_remains_tell_later(const struct vns_config *config, const char *name,
			    const struct vns_log *log);

#endif
