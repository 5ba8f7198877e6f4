/*
 * Builds the filter from a table of calls with their numbers in each ABI, and
 * installs it with one call.
 */
#include "system/seccomp.h"

#include "system/bpf.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The argument of clone(2) that has the flags. */
#ifdef __s390__
#define CLONE_FLAGS_AT 1
#else
#define CLONE_FLAGS_AT 0
#endif

enum verdict {
	REFUSED, /* EPERM */
	ABSENT,	 /* ENOSYS: programs do without, as on older kernels */
	/* EPERM for a user namespace only. */
	FLAGS_OF_CLONE,
	FLAGS_OF_UNSHARE,
	FLAGS_OF_SETNS, /* 0 stands for any type */
};

#define ABI_MAX 2

struct call {
	enum verdict verdict;
	uint32_t numbers[ABI_MAX]; /* in the order of abis */
};

/*
 * The flags of clone3(2) are in memory, where a filter cannot look. libc and
 * other runtimes use clone(2) where there is no clone3.
 */
#if defined(__x86_64__)
#define X32_BIT 0x40000000
static const uint32_t abis[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386 };
static const struct call calls[] = {
	{ FLAGS_OF_CLONE, { 56, 120 } },  { FLAGS_OF_UNSHARE, { 272, 310 } },
	{ FLAGS_OF_SETNS, { 308, 346 } }, { ABSENT, { 435, 435 } }, /* clone3 */
	{ ABSENT, { 248, 286 } },  /* add_key */
	{ ABSENT, { 249, 287 } },  /* request_key */
	{ ABSENT, { 250, 288 } },  /* keyctl */
	{ ABSENT, { 425, 425 } },  /* io_uring_setup */
	{ ABSENT, { 426, 426 } },  /* io_uring_enter */
	{ ABSENT, { 427, 427 } },  /* io_uring_register */
	{ REFUSED, { 321, 357 } }, /* bpf */
	{ REFUSED, { 323, 374 } }, /* userfaultfd */
	{ REFUSED, { 298, 336 } }, /* perf_event_open */
	{ REFUSED, { 175, 128 } }, /* init_module */
	{ REFUSED, { 313, 350 } }, /* finit_module */
	{ REFUSED, { 176, 129 } }, /* delete_module */
	{ REFUSED, { 246, 283 } }, /* kexec_load */
	{ REFUSED, { 320, 283 } }, /* kexec_file_load; i386 has none */
};
#elif defined(__aarch64__)
static const uint32_t abis[] = { AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM };
static const struct call calls[] = {
	{ FLAGS_OF_CLONE, { 220, 120 } }, { FLAGS_OF_UNSHARE, { 97, 337 } },
	{ FLAGS_OF_SETNS, { 268, 375 } }, { ABSENT, { 435, 435 } }, /* clone3 */
	{ ABSENT, { 217, 309 } },  /* add_key */
	{ ABSENT, { 218, 310 } },  /* request_key */
	{ ABSENT, { 219, 311 } },  /* keyctl */
	{ ABSENT, { 425, 425 } },  /* io_uring_setup */
	{ ABSENT, { 426, 426 } },  /* io_uring_enter */
	{ ABSENT, { 427, 427 } },  /* io_uring_register */
	{ REFUSED, { 280, 386 } }, /* bpf */
	{ REFUSED, { 282, 388 } }, /* userfaultfd */
	{ REFUSED, { 241, 364 } }, /* perf_event_open */
	{ REFUSED, { 105, 128 } }, /* init_module */
	{ REFUSED, { 273, 379 } }, /* finit_module */
	{ REFUSED, { 106, 129 } }, /* delete_module */
	{ REFUSED, { 104, 347 } }, /* kexec_load */
	{ REFUSED, { 294, 401 } }, /* kexec_file_load */
};
#else
/*
 * Its only ABI that programs may use is the one that this is compiled for. On
 * an architecture that is not named here, this is not compiled.
 */
#if defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCH AUDIT_ARCH_PPC64LE
#elif defined(__powerpc64__)
#define ARCH AUDIT_ARCH_PPC64
#elif defined(__s390x__)
#define ARCH AUDIT_ARCH_S390X
#elif defined(__loongarch__)
#define ARCH AUDIT_ARCH_LOONGARCH64
#elif defined(__i386__)
#define ARCH AUDIT_ARCH_I386
#elif defined(__arm__)
#define ARCH AUDIT_ARCH_ARM
#endif
static const uint32_t abis[] = { ARCH };
static const struct call calls[] = {
	{ FLAGS_OF_CLONE, { __NR_clone } },
	{ FLAGS_OF_UNSHARE, { __NR_unshare } },
	{ FLAGS_OF_SETNS, { __NR_setns } },
	{ ABSENT, { __NR_clone3 } },
	{ ABSENT, { __NR_add_key } },
	{ ABSENT, { __NR_request_key } },
	{ ABSENT, { __NR_keyctl } },
	{ ABSENT, { __NR_io_uring_setup } },
	{ ABSENT, { __NR_io_uring_enter } },
	{ ABSENT, { __NR_io_uring_register } },
	{ REFUSED, { __NR_bpf } },
	{ REFUSED, { __NR_userfaultfd } },
	{ REFUSED, { __NR_perf_event_open } },
	{ REFUSED, { __NR_init_module } },
	{ REFUSED, { __NR_finit_module } },
	{ REFUSED, { __NR_delete_module } },
	{ REFUSED, { __NR_kexec_load } },
#ifdef __NR_kexec_file_load
	{ REFUSED, { __NR_kexec_file_load } },
#endif
};
#endif

#ifndef X32_BIT
#define X32_BIT 0
#endif

#define ABIS (sizeof(abis) / sizeof(abis[0]))
#define CALLS (sizeof(calls) / sizeof(calls[0]))
/* How many instructions are for an ABI, and how many before the ends. */
#define PER_ABI (CALLS + 4)
#define HEAD (1 + ABIS * PER_ABI + 1)

/* The end of the code, instruction by instruction: what becomes of a call. */
enum end {
	END_CLONE = 0,
	END_UNSHARE = 2,
	END_SETNS = 4,
	END_FLAGS = 6,
	END_ALLOWED,
	END_REFUSED,
	END_ABSENT,
	END_COUNT,
};

static const enum end ends[] = {
	[REFUSED] = END_REFUSED,      [ABSENT] = END_ABSENT,
	[FLAGS_OF_CLONE] = END_CLONE, [FLAGS_OF_UNSHARE] = END_UNSHARE,
	[FLAGS_OF_SETNS] = END_SETNS,
};

_Static_assert(HEAD + END_COUNT <= VNS_BPF_MAX, "the filter has room");

/* How far it is from the next instruction to an end. */
static size_t way(const struct vns_bpf *filter, enum end end)
{
	return HEAD + (size_t)end - filter->length - 1;
}

static void jump(struct vns_bpf *filter, enum end end)
{
	vns_bpf_add(filter, BPF_JMP | BPF_JA, 0, 0, (uint32_t)way(filter, end));
}

static void add_abi(struct vns_bpf *filter, size_t abi)
{
	size_t i;

	vns_bpf_add(filter, BPF_JMP | BPF_JEQ | BPF_K, 0, PER_ABI - 1,
		    abis[abi]);
	vns_bpf_load(filter, offsetof(struct seccomp_data, nr));
	vns_bpf_add(filter, BPF_JMP | BPF_JSET | BPF_K, way(filter, END_ABSENT),
		    0, X32_BIT);
	for (i = 0; i < CALLS; i++)
		vns_bpf_add(filter, BPF_JMP | BPF_JEQ | BPF_K,
			    way(filter, ends[calls[i].verdict]), 0,
			    calls[i].numbers[abi]);
	jump(filter, END_ALLOWED);
}

static void add_ends(struct vns_bpf *filter)
{
	vns_bpf_load_argument(filter, CLONE_FLAGS_AT);
	jump(filter, END_FLAGS);
	vns_bpf_load_argument(filter, 0);
	jump(filter, END_FLAGS);
	vns_bpf_load_argument(filter, 1);
	vns_bpf_add(filter, BPF_JMP | BPF_JEQ | BPF_K, way(filter, END_REFUSED),
		    0, 0);
	vns_bpf_add(filter, BPF_JMP | BPF_JSET | BPF_K,
		    way(filter, END_REFUSED), 0, CLONE_NEWUSER);
	vns_bpf_add(filter, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
	vns_bpf_add(filter, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM);
	vns_bpf_add(filter, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS);
}

/* The kernel remembers which calls need no look at the filter. */
static void make_filter(struct vns_bpf *filter)
{
	size_t i;

	vns_bpf_load(filter, offsetof(struct seccomp_data, arch));
	for (i = 0; i < ABIS; i++)
		add_abi(filter, i);
	jump(filter, END_ABSENT);
	add_ends(filter);
}

int vns_seccomp_restrict(const struct vns_restriction *restriction,
			 struct vns_error *err)
{
	struct vns_bpf filter = { .length = 0 };

	if (restriction->no_new_privs &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return vns_error_errno(err, errno, "PR_SET_NO_NEW_PRIVS");
	if (!restriction->calls)
		return 0;
	make_filter(&filter);
	return vns_bpf_install(&filter, "taking calls", err);
}
