/*
 * Keeps the host's copy of a program out of the reach of the vserver that the
 * program enters.
 */
#ifndef VNS_SEALED_H
#define VNS_SEALED_H

#include "lib/error.h"

/*
 * Executes the running program anew from a read-only mount of its own, with the
 * same arguments and environment: main begins again. Returns 0 if it runs from
 * such a mount, or -errno. To be called before anything is opened.
 *
 * A program that it executes inside may be a script whose interpreter is
 * /proc/self/exe, which is the program that executes it. With a dynamic linker
 * of the tenant's, that is the tenant's process then, and has the host's file
 * for /proc/self/exe: root could write to it.
 */
int vns_sealed_begin(char **argv, struct vns_error *err);

#endif
