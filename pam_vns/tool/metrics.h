/* Prints what is counted, in the text format of Prometheus. */
#ifndef VNS_TOOL_METRICS_H
#define VNS_TOOL_METRICS_H

#include "lib/util.h"

/*
 * Prints to standard output what node_exporter's textfile collector takes.
 * records are those of the sessions that are open, sorted by vserver.
 */
void vns_metrics_print(const struct vns_strings *records, size_t count);

#endif
