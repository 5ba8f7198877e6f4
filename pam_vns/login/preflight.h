/*
 * Whether a user could live in a vserver, seen from outside by descriptor.
 *
 * A file system that the tenant mounts may be a program of his, which need not
 * answer. Whoever asks it waits, and cannot always be killed. So whatever asks
 * is done by a child.
 */
#ifndef VNS_PREFLIGHT_H
#define VNS_PREFLIGHT_H

#include "system/account.h"
#include "system/place.h"

#include <stdbool.h>
#include <sys/types.h>

/* What there is inside may take so many seconds to answer. */
#define VNS_PREFLIGHT_TIMEOUT 5

struct vns_preflight {
	bool shell; /* a regular file that somebody may execute */
	bool home;  /* a directory */
};

/* What vns_preflight_look finds. */
struct vns_preflight_view {
	struct vns_preflight found;
	/*
	 * Where the session begins, owned by whoever asked; -1: in "/". It is
	 * on no file system that asks the tenant, as fchdir(2) does.
	 */
	int directory;
	bool cwd_silent; /* the path cwd does not answer */
	/* With a user namespace: what the user's ids in it are outside. */
	uid_t uid;
	gid_t gid;
};

/*
 * Looks for the account's shell, its home, and cwd (NULL: not asked for): the
 * session begins in cwd, or else at home. An empty shell is /bin/sh
 * (passwd(5)). Where place has a user namespace, with what root may do in
 * there, and then tries whether the account could be had.
 *
 * All of it is done by a child, which the caller's SIGCHLD handling never
 * sees. It is killed after VNS_PREFLIGHT_TIMEOUT: -ETIMEDOUT, or if only cwd
 * does not answer, once more without it. One that cannot be killed is left: it
 * holds no descriptor of the caller's but place's, and ends with the vserver.
 *
 * The account's groups are loaded before. -EINVAL: the account does not exist
 * in the user namespace; the error says what of it.
 */
int vns_preflight_look(const struct vns_place *place,
		       const struct vns_account *account, const char *cwd,
		       struct vns_preflight_view *view, struct vns_error *err);

/*
 * The same of shell and home alone, by the caller himself, who may have to wait
 * for ever. root is an O_PATH descriptor of the vserver's root directory; no
 * path leaves it (openat2(2), RESOLVE_IN_ROOT).
 */
struct vns_preflight vns_preflight_check(int root, const char *shell,
					 const char *home);

#endif
