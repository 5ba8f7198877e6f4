/*
 * The terminal that a session shares with who started it.
 *
 * "su alice" on an administrator's terminal leaves that terminal the
 * controlling one of all that runs inside, and ioctl_tty(2) lets such a
 * process type: what it types, the administrator's shell reads and runs.
 */
#ifndef VNS_TTY_H
#define VNS_TTY_H

#include "error.h"

/*
 * If the calling process has a controlling terminal, TIOCSTI and TIOCLINUX
 * fail with EPERM from now on, for the calling thread and all that it starts
 * (seccomp(2)); that cannot be undone. Set-user-ID programs still work, which
 * takes CAP_SYS_ADMIN here.
 *
 * It holds for every ABI of x86, ARM, RISC-V, POWER, S/390 and LoongArch: in
 * one that there is not yet, every call with such a second argument fails. On
 * other machines it holds for the ABI of this build.
 */
int vns_tty_guard(struct vns_error *err);

#endif
