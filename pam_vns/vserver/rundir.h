/*
 * What is kept below run_dir while vservers run:
 *
 *	ns/NAME/mnt	the mount namespace, pinned (ns/ is a private mount)
 *	ns/NAME/init	"PID TICKS" of the init process, when it started; only
 *			where there are other namespaces, which are its
 *	ns/NAME/cgroup	its cgroup, if it was given one
 *	ns/NAME/context	the number it is known by, if it has one
 *	ns/NAME/mnt.new, ns/NAME/mnt.old
 *			the same while it is started or stopped
 *	ns/NAME/mnt.idle
 *			the same while it is looked whether nobody is inside: it
 *			may come back
 *	ns/NAME/owner	the mount namespace it was started in: st_dev st_ino
 *	ns/NAME/owed	its post-stop hooks are to be run when it has ended
 *	ns/NAME/starting
 *			its post-start hooks have not been run: it is there, but
 *			for nobody to log in to
 *	ns/.seed	a pinned mount namespace, where there are many (seed.h)
 *	context/NUMBER	a file with the NAME of the vserver known by it
 *	lock/NAME	held with flock(2) while NAME is started or stopped; in
 *			it the pid of who does
 *	lock/.wait-NAME	held by the one who waits for the last process of NAME
 *	sessions/	those that live: see sessions.h; root's alone
 *
 * Everything is root's, and but for sessions/ readable by all.
 */
#ifndef VNS_RUNDIR_H
#define VNS_RUNDIR_H

#include "config/config.h"

#define VNS_RUNDIR_NS "ns"
#define VNS_RUNDIR_CONTEXT "context"
#define VNS_RUNDIR_LOCK "lock"
#define VNS_RUNDIR_SESSIONS "sessions"
/* In ns/NAME. */
#define VNS_RUNDIR_PIN "mnt"
#define VNS_RUNDIR_HIDDEN "mnt.idle"
#define VNS_RUNDIR_NUMBER "context"
#define VNS_RUNDIR_CGROUP "cgroup"
#define VNS_RUNDIR_OWNER "owner"
#define VNS_RUNDIR_INIT "init"
#define VNS_RUNDIR_OWED "owed"
#define VNS_RUNDIR_STARTING "starting"

/* run_dir/ns/NAME; false if that is too long. */
bool vns_rundir_home(const struct vns_config *config, const char *name,
		     char *path, size_t size);

/* Whether the vserver with this home is there, but its start is not over. */
bool vns_rundir_starting(int home);

/* The cgroup that it was given at its start; empty where it has none. */
int vns_rundir_cgroup(int home, char *cgroup, size_t size,
		      struct vns_error *err);

/*
 * Finds the running vserver known by the context number. -ESRCH where there
 * is none.
 */
int vns_rundir_by_context(const struct vns_config *config,
			  unsigned long context, vns_name name,
			  struct vns_error *err);

#endif
