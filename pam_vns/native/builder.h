/*
 * The process in which a new mount namespace is made: it has to be another
 * than the one that pins it.
 */
#ifndef VNS_BUILDER_H
#define VNS_BUILDER_H

#include "native/prepare.h"
#include "native/pins.h"

#include <sys/types.h>

struct vns_builder {
	pid_t pid;
	int channel; /* closing it ends the process */
};

/* What has been built. */
struct vns_built {
	pid_t init;	      /* the init process, or 0 */
	unsigned long device; /* of the new root directory, as in stat(2) */
	unsigned long inode;
};

/*
 * Starts it with a fresh mount namespace, made on the given cpu (-1: any, and
 * there it stays). The namespace can be opened at /proc/PID/ns/mnt from then
 * on.
 */
int vns_builder_start(struct vns_builder *builder,
		      const struct vns_build *build, const char *scratch,
		      int cpu, struct vns_error *err);

/*
 * The same, on whichever CPU its mount namespace can be pinned: pin does that,
 * and gives a negative errno where it cannot.
 */
int vns_builder_pin(struct vns_builder *builder, const struct vns_build *build,
		    const struct vns_native *pins,
		    int (*pin)(const struct vns_native *pins, pid_t pid),
		    struct vns_error *err);

/*
 * Lets it assemble the build, and waits for the result. With an init process
 * that one has the mount namespace, which may be another by now; its number
 * is nobody else's before vns_builder_end, and it ends with the builder.
 */
int vns_builder_run(struct vns_builder *builder, struct vns_built *built,
		    struct vns_error *err);

/* From now on the init process is on its own. */
int vns_builder_release(struct vns_builder *builder, struct vns_error *err);

/* Ends it. The namespace lives on if it has been pinned. */
void vns_builder_end(struct vns_builder *builder);
#define VNS_AUTOBUILDER __attribute__((cleanup(vns_builder_end)))

#endif
