/* Makes the directories that a vserver's /run begins with. */
#ifndef VNS_RUNDIRS_H
#define VNS_RUNDIRS_H

#include "native/point.h"

/*
 * Makes those that the definition names and, if it wants them, those that the
 * root directory's own files ask for. To be called where the root directory is
 * "/", before anything runs inside.
 */
int vns_rundirs_make(const struct vns_build *build,
		     const struct vns_point_ground *run, struct vns_error *err);

#endif
