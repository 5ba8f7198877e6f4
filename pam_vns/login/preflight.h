/*
 * Checks from outside, by descriptor, whether a user could live in a vserver.
 *
 * A filesystem that the tenant mounts may be served by a program of the
 * tenant's, which need not answer. A process that asks such a filesystem has to
 * wait, and cannot always be killed. So everything that might ask one is done
 * by a child process; where a glance is enough (glance.h) there is none.
 */
#ifndef VNS_PREFLIGHT_H
#define VNS_PREFLIGHT_H

#include "system/account.h"
#include "system/place.h"

#include <stdbool.h>
#include <sys/types.h>

/* How many seconds the files inside may take to answer. */
#define VNS_PREFLIGHT_TIMEOUT 5

struct vns_preflight {
	bool shell; /* a regular file that somebody may execute */
	bool home;  /* it is a directory */
	/* There is the shell or a directory for programs, or nobody looked. */
	bool programs;
};

/* What vns_preflight_look finds. */
struct vns_preflight_view {
	struct vns_preflight found;
	/*
	 * The directory that the session begins in, owned by the caller; -1: in
	 * "/". It is never on a filesystem that asks the tenant, as fchdir(2)
	 * would ask it.
	 */
	int directory;
	bool cwd_silent; /* cwd's path does not answer */
	/* If there is a user namespace: the user's ids as seen outside. */
	uid_t uid;
	gid_t gid;
};

/*
 * Looks for shell, which vns_shell_sought returned, for the account's home
 * directory, and for cwd (NULL: not asked for). The session begins in cwd, or
 * else in the home directory. If place has a user namespace, looks with
 * the power of that namespace's root, and then tries whether a process can take
 * on the account's ids.
 *
 * What a glance does not tell is found by a child process that the caller's
 * SIGCHLD handling never sees. The child is killed after VNS_PREFLIGHT_TIMEOUT,
 * and -ETIMEDOUT is returned; if only cwd does not answer, everything is tried
 * once more without cwd. A child that cannot be killed is left behind: the only
 * descriptors of the caller that it holds are those of place, and it ends with
 * the vserver.
 *
 * For a user namespace the account's groups must have been loaded before.
 * Returns -EINVAL if the account's ids do not exist in the user namespace; the
 * error says which of them.
 */
int vns_preflight_look(const struct vns_place *place,
		       const struct vns_account *account, const char *shell,
		       const char *cwd, struct vns_preflight_view *view,
		       struct vns_error *err);

/*
 * Looks only for the shell and the home directory. The calling process does it
 * by itself, and may have to wait for ever. root is an O_PATH descriptor of the
 * vserver's root directory; no path leads out of it (openat2(2),
 * RESOLVE_IN_ROOT). An empty shell means /bin/sh (passwd(5)).
 */
struct vns_preflight vns_preflight_check(int root, const char *shell,
					 const char *home);

#endif
