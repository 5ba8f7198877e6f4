/*
 * Checks the names that cgroups may have, and the values that their limits may
 * have. Pure: it opens no files.
 */
#ifndef VNS_CGNAME_H
#define VNS_CGNAME_H

#include "lib/nsname.h"

#include <stdbool.h>
#include <stddef.h>

/* Fits the kernel's controllers: "perf_event" is one of the longer names. */
#define VNS_CGNAME_CONTROLLER_MAX 32

/* The largest limit of namespaces. */
#define VNS_CGNAME_NAMESPACES_MAX 1000000

/*
 * The cgroup that vservers' cgroups are below unless the configuration says
 * otherwise. They are not directly below the root cgroup, because there systemd
 * takes the controllers away from cgroups that it does not know.
 */
#define VNS_CGNAME_PARENT "vns"

/*
 * The files of a cgroup that can be keys of a limits section, and what can be
 * written to them. They are the files of cgroup v2 (the kernel's
 * admin-guide/cgroup-v2.rst) that are limits. A file marked MANY takes one line
 * for each device or resource. Those that begin with "user." are no files of a
 * cgroup, but sysctls (the kernel's admin-guide/sysctl/user.rst).
 */
/* clang-format off */
#define VNS_CGNAME_LIMITS(ONE, MANY) \
	ONE("cgroup.max.depth", COUNT) \
	ONE("cgroup.max.descendants", COUNT) \
	ONE("cpu.idle", FLAG) \
	ONE("cpu.max", QUOTA) \
	ONE("cpu.max.burst", NUMBER) \
	ONE("cpu.weight", WEIGHT) \
	ONE("cpuset.cpus", RANGES) \
	ONE("cpuset.mems", RANGES) \
	ONE("hugetlb.64KB.max", SIZE) \
	ONE("hugetlb.1MB.max", SIZE) \
	ONE("hugetlb.2MB.max", SIZE) \
	ONE("hugetlb.16MB.max", SIZE) \
	ONE("hugetlb.32MB.max", SIZE) \
	ONE("hugetlb.512MB.max", SIZE) \
	ONE("hugetlb.1GB.max", SIZE) \
	ONE("hugetlb.2GB.max", SIZE) \
	ONE("hugetlb.16GB.max", SIZE) \
	MANY("io.latency", TEXT) \
	MANY("io.max", TEXT) \
	MANY("io.weight", TEXT) \
	ONE("memory.high", SIZE) \
	ONE("memory.low", SIZE) \
	ONE("memory.max", SIZE) \
	ONE("memory.min", SIZE) \
	ONE("memory.oom.group", FLAG) \
	ONE("memory.swap.high", SIZE) \
	ONE("memory.swap.max", SIZE) \
	ONE("memory.zswap.max", SIZE) \
	MANY("misc.max", TEXT) \
	ONE("pids.max", COUNT) \
	MANY("rdma.max", TEXT) \
	ONE("user.max_cgroup_namespaces", NAMESPACES) \
	ONE("user.max_ipc_namespaces", NAMESPACES) \
	ONE("user.max_mnt_namespaces", NAMESPACES) \
	ONE("user.max_net_namespaces", NAMESPACES) \
	ONE("user.max_pid_namespaces", NAMESPACES) \
	ONE("user.max_time_namespaces", NAMESPACES) \
	ONE("user.max_user_namespaces", NAMESPACES) \
	ONE("user.max_uts_namespaces", NAMESPACES)
/* clang-format on */

/*
 * Whether path can be a path below the cgroup v2 mount: components of letters,
 * digits and "_.@-", none of them "." or "..", without a "/" at either end.
 */
bool vns_cgname_valid(const char *path);

/* Returns NULL, or what is wrong with a limit's value and what is right. */
const char *vns_cgname_limit_wrong(const char *file, const char *value);

/*
 * Finds the controller that a limit's file belongs to; false if the file exists
 * without a controller ("cgroup.max.depth").
 */
bool vns_cgname_controller(const char *file,
			   char controller[VNS_CGNAME_CONTROLLER_MAX]);

/*
 * Finds the type of namespace that a limit is for; false if the limit is a file
 * of a cgroup.
 */
bool vns_cgname_namespace(const char *file, enum vns_ns *type);

/* Whether a word is in a list like that in the file cgroup.controllers. */
bool vns_cgname_listed(const char *list, const char *word);

/*
 * Finds the cgroup of a process in the text of its /proc/PID/cgroup. The path
 * starts below the root that the reader sees ("" is that root itself). Returns
 * false where there is none, or it is not below that root.
 */
bool vns_cgname_of_process(const char *text, char *path, size_t size);

/* The same for the cgroup of version 1 that has this controller. */
bool vns_cgname_of_controller(const char *text, const char *controller,
			      char *path, size_t size);

/* Whether the cgroup path is the cgroup other, or below it. */
bool vns_cgname_within(const char *path, const char *other);

/* Whether the text of cgroup.events says that the cgroup has processes. */
bool vns_cgname_populated(const char *events);

#endif
