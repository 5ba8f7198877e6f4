/* Closes what a child must not inherit. */
#ifndef VNS_DESCRIPTORS_H
#define VNS_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Closes all descriptors from first up except for those that are kept; -1 among
 * these stands for none. Returns false if that fails, with errno set. Only
 * async-signal-safe calls are made.
 */
bool vns_descriptors_close(int first, const int *kept, size_t count);

#endif
