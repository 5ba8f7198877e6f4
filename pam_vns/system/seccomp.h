/*
 * Takes calls away from what runs inside a vserver (seccomp(2)), and the means
 * to gain power by executing a program (PR_SET_NO_NEW_PRIVS in prctl(2)).
 */
#ifndef VNS_SECCOMP_H
#define VNS_SECCOMP_H

#include "lib/error.h"

#include <stdbool.h>

/* What the calling thread, and all that it starts, is to lose for ever. */
struct vns_restriction {
	bool no_new_privs;
	/*
	 * The calls that a tenant's programs do without: those for keys, BPF,
	 * io_uring, userfaultfd, performance events, modules, kexec, and to
	 * make or join a user namespace. They fail with EPERM, or with ENOSYS
	 * where programs have another way then. Those of all ABIs of the
	 * machine are meant; an ABI that is not known has no calls.
	 */
	bool calls;
};

/*
 * Without no_new_privs the filter takes CAP_SYS_ADMIN in the thread's user
 * namespace, so this comes before capabilities are dropped. It does not touch
 * what vns_namespace_return does.
 */
int vns_seccomp_restrict(const struct vns_restriction *restriction,
			 struct vns_error *err);

#endif
