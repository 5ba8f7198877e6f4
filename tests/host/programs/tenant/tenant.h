/*
 * What somebody who is root inside a vserver tries: each function is an attack,
 * and returns 0 where it succeeds, else -errno, or BROKEN.
 */
#ifndef TENANT_H
#define TENANT_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/kcmp.h>
#include <linux/keyctl.h>
#include <linux/mount.h>
#include <linux/nsfs.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

/* <sys/mount.h> declares these, and does not go with <linux/mount.h>. */
int mount(const char *source, const char *target, const char *type,
	  unsigned long flags, const void *data);
int umount2(const char *target, int flags);
#define DETACH_LAZILY 2

#ifndef NS_MNT_GET_NEXT
#define NS_MNT_GET_NEXT _IOR(0xb7, 11, char[16])
#define NS_MNT_GET_PREV _IOR(0xb7, 12, char[16])
#endif
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif
#ifndef MOUNT_ATTR_IDMAP
#define MOUNT_ATTR_IDMAP 0x00100000
#endif

/* The outcome of an attack: 0 is success, else -errno, or this. */
#define BROKEN 1

/* common.c */
extern char detail[512]; /* what note has added for the outcome */
extern const struct kind {
	const char *name;
	int flag; /* of setns(2) */
} kinds[7];	  /* of namespaces */
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

void note(const char *text);
int done_if(long rc);
int number(const char *text);
bool is_outside(void);
int pidfd_open(const char *pid);

/* process.c */
int try_ptrace(char **args);
int try_seize(char **args);
int try_readv(char **args);
int try_writev(char **args);
int try_getfd(char **args);
int try_kcmp(char **args);
int try_perf(char **args);
int try_perf_all(char **args);
int try_proc(char **args);
int try_signal(char **args);
int try_kill(char **args);
int try_limit(char **args);
int try_everybody(char **args);
int try_end_init(char **args);
int try_move_init(char **args);

/* namespace.c */
int try_join(char **args);
int try_relatives(char **args);
int try_numbers(char **args);
int try_many(char **args);

/* mount.c */
int try_clear(char **args);
int try_umount(char **args);
int try_uncover(char **args);
int try_mount(char **args);
int try_idmap(char **args);
int try_chroot(char **args);
int try_pivot(char **args);
int show_handle(const char *path);
int try_byhandle(char **args);
int try_read(char **args);
int try_write(char **args);
int try_create(char **args);
int try_exec(char **args);
int try_hide(char **args);
int try_mknod(char **args);
int try_mknod_tmpfs(char **args);

/* kernel.c */
int try_module(char **args);
int try_kexec(char **args);
int try_reboot(char **args);
int try_swap(char **args);
int try_clock(char **args);
int try_hostname(char **args);
int try_syslog(char **args);
int try_ports(char **args);
int try_realtime(char **args);
int try_bpf(char **args);
int try_raw(char **args);
int try_interface(char **args);
int try_port(char **args);

/* shared.c */
int try_connect(char **args);
int try_shm(char **args);
int try_key(char **args);
int try_search(char **args);
int add_key(const char *name);
int try_peer(char **args);
int offer(char **args);
int take(char **args);
int listen_for_ever(char **args);
int share_memory(char **args);
int fill(char **args);
int try_inotify(char **args);
int try_overwrite(char **args);

/* calls.c */
int try_call(char **args);
int try_call32(char **args);

/* power.c */
int try_walk(char **args);
uint64_t capabilities(const char *which);
int show_power(void);
int try_filecaps(char **args);

#endif
