/*
 * Runs the builder: the process in which a new mount namespace is made. It
 * cannot be the process that pins the mount namespace.
 */
#ifndef VNS_BUILDER_H
#define VNS_BUILDER_H

#include "native/native.h"
#include "native/prepare.h"

#include <sys/types.h>

/* A file in run_dir/lock: the number of the CPU that made the holder. */
#define VNS_BUILDER_CPU ".cpu"

struct vns_builder {
	pid_t pid;
	int channel; /* closing it ends the builder */
};

/* Describes the vserver that has been built. */
struct vns_built {
	pid_t init;	      /* the init process, or 0 */
	unsigned long device; /* of the new root directory, see stat(2) */
	unsigned long inode;
};

/*
 * Starts the builder with a new mount namespace, and has pin do the pinning,
 * which returns a negative errno where that is impossible. The builder makes
 * the namespace on a CPU that makes one that can be pinned, and stays on it.
 */
int vns_builder_pin(struct vns_builder *builder, const struct vns_build *build,
		    const struct vns_native *native,
		    int (*pin)(const struct vns_native *native, pid_t pid),
		    struct vns_error *err);

/*
 * Lets the builder assemble the build, and waits for the result. If there is an
 * init process, the vserver's mount namespace is the one of that process, which
 * may be another one by then. The init process's number is not reused before
 * vns_builder_end, and the init process ends with the builder.
 */
int vns_builder_run(struct vns_builder *builder, struct vns_built *built,
		    struct vns_error *err);

/* From now on the init process no longer ends with the builder. */
int vns_builder_release(struct vns_builder *builder, struct vns_error *err);

/* Ends the builder. The mount namespace lives on if it has been pinned. */
void vns_builder_end(struct vns_builder *builder);
#define VNS_AUTOBUILDER __attribute__((cleanup(vns_builder_end)))

#endif
