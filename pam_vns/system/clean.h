/*
 * The clean root process: what root does on the host because somebody has
 * logged in, or in somebody's shell, is done by a process to which that person
 * has handed nothing on.
 *
 * Some things stay as they are. Nobody who is not root can set those of them
 * that a set-user-ID program would take over: no_new_privs, seccomp filters,
 * securebits, and the bounding set of capabilities; or they only cost time:
 * mitigations of speculation that were forced (PR_SET_SPECULATION_CTRL). The
 * login uid of the audit subsystem says who has caused this. A process that has
 * made itself the parent of orphans (PR_SET_CHILD_SUBREAPER) is that of the
 * clean process's, too; it learns when they end.
 */
#ifndef VNS_CLEAN_H
#define VNS_CLEAN_H

#include <sys/types.h>

/*
 * Forks as vns_cgfork does, into the cgroup for what must not end with the
 * login that has caused it (cgroup.h). Where there is none, the child is in the
 * caller's; where the caller may not open enough files, there is no child.
 */
pid_t vns_clean_fork(int signal, int *pidfd);

/*
 * Makes the calling process, which was just forked, what a process would be
 * that the host's init has started: root's ids and no groups, a session of its
 * own, "/" as directory, umask 022, default signals, init's limits and CPUs,
 * the usual scheduling, memory policy, personality and OOM score, and a new
 * session keyring. input, output and errors become its descriptors 0, 1 and 2;
 * it keeps no others. The environment is left to the caller.
 *
 * Makes only async-signal-safe calls. What a kernel has not, or does not let
 * this host's root do, is left out. Returns -errno if ids, session, directory,
 * keyring or descriptors cannot be had; and -EPERM in a set-user-ID program
 * whose caller has denied it what cannot be given back (PR_SET_MDWE).
 */
int vns_clean_process(int input, int output, int errors);

/*
 * Has the calling process get a signal when its parent ends: SIGKILL, or one
 * that it ends by. To be called after vns_clean_process, as a change of ids
 * undoes it.
 */
void vns_clean_bind(pid_t parent, int signal);

/* Sets all signals to their default, libc's own too, and unblocks all. */
void vns_clean_signals(void);

#endif
