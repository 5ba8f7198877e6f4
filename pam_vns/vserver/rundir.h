/*
 * Names and reads the files that are kept below run_dir while vservers run:
 *
 *	pins/all	the holder, pinned (holder.h): the mount namespace in
 *			which the files ns/NAME/mnt... are pins
 *	ns/NAME/mnt	the mount namespace, pinned in the holder
 *	ns/NAME/init	"PID TICKS": the init process, and when it started; only
 *			where the vserver has other namespaces, which are those
 *			of this process
 *	ns/NAME/cgroup	the vserver's cgroup, if it was given one
 *	ns/NAME/context	the vserver's context number, if it has one
 *	ns/NAME/mnt.new, ns/NAME/mnt.old
 *			the same as mnt while it is started or stopped
 *	ns/NAME/mnt.idle
 *			the same as mnt while somebody checks that nobody is
 *			inside; it may become mnt again
 *	ns/NAME/owner	the mount namespace it was started in: st_dev st_ino
 *	ns/NAME/owed	its post-stop hooks are to be run when it has ended
 *	ns/NAME/starting
 *			its post-start hooks have not been run: the vserver
 *			exists, but nobody can log in to it yet
 *	context/NUMBER	a file with the NAME of the vserver with this number
 *	adopted/NAME	the process of a foreign vserver (adopted.h)
 *	lock/NAME	held with flock(2) while NAME is started or stopped; it
 *			contains the pid of the process that does so
 *	lock/.wait-NAME	held by the process that waits for NAME's last process
 *	lock/.left-NAME	which mount namespace NAME had when it was stopped (see
 *			remains.h)
 *	lock/.cpu	the CPU on which the holder was made
 *
 * These are in /run/vns, whatever run_dir is (paths.h):
 *
 *	keeper		the socket that logins connect to
 *	keeper.lock	held with flock(2) by the keeper; "PID TICKS" of it
 *	metrics		what is counted: see metrics.h
 *	sessions/	the sessions that live: see sessions.h
 *	due/		when vservers are to be stopped: see due.h
 *
 * Everything is owned by root, and nobody else can open anything of it: even a
 * pin that is only held open keeps a vserver's mounts.
 */
#ifndef VNS_RUNDIR_H
#define VNS_RUNDIR_H

#include "config/config.h"

#define VNS_RUNDIR_NS "ns"
#define VNS_RUNDIR_PINS "pins"
#define VNS_RUNDIR_PINS_ALL "all"
#define VNS_RUNDIR_HOLDER VNS_RUNDIR_PINS "/" VNS_RUNDIR_PINS_ALL
#define VNS_RUNDIR_CONTEXT "context"
#define VNS_RUNDIR_ADOPTED "adopted"
#define VNS_RUNDIR_LOCK "lock"
#define VNS_RUNDIR_LEFT ".left-"
#define VNS_RUNDIR_SESSIONS "sessions"
#define VNS_RUNDIR_DUE "due"
/* These files are in ns/NAME. */
#define VNS_RUNDIR_PIN "mnt"
#define VNS_RUNDIR_HIDDEN "mnt.idle"
#define VNS_RUNDIR_NUMBER "context"
#define VNS_RUNDIR_CGROUP "cgroup"
#define VNS_RUNDIR_OWNER "owner"
#define VNS_RUNDIR_INIT "init"
#define VNS_RUNDIR_OWED "owed"
#define VNS_RUNDIR_STARTING "starting"

/* Writes run_dir/ns/NAME to path. Returns false if that is too long. */
bool vns_rundir_home(const struct vns_config *config, const char *name,
		     char *path, size_t size);

/*
 * The first opens run_dir, the second the directory of this name in it; what is
 * missing is made. The caller closes *directory.
 */
int vns_rundir_open(const struct vns_config *config, int *directory,
		    struct vns_error *err);
int vns_rundir_make(const struct vns_config *config, const char *name,
		    int *directory, struct vns_error *err);

/* Whether the vserver with this home exists, but is still being started. */
bool vns_rundir_starting(int home);

/*
 * Finds the cgroup that the vserver was given at its start. cgroup is empty
 * where the vserver has none.
 */
int vns_rundir_cgroup(int home, char *cgroup, size_t size,
		      struct vns_error *err);

/*
 * Finds the running vserver with this context number. Returns -ESRCH where
 * there is none.
 */
int vns_rundir_by_context(const struct vns_config *config,
			  unsigned long context, vns_name name,
			  struct vns_error *err);

#endif
