/*
 * Puts together and installs a filter of system calls, instruction by
 * instruction (seccomp(2), and the kernel's networking/filter.rst).
 */
#ifndef VNS_BPF_H
#define VNS_BPF_H

#include "lib/error.h"

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

/* So many instructions a filter may have; who builds one asserts it. */
#define VNS_BPF_MAX 64

/* It begins with 0. */
struct vns_bpf {
	struct sock_filter code[VNS_BPF_MAX];
	unsigned short length;
};

/* Appends an instruction. Jumps go forward over so many instructions. */
void vns_bpf_add(struct vns_bpf *filter, uint16_t code, size_t yes, size_t no,
		 uint32_t value);

/* Loads a member of struct seccomp_data, by its offset there. */
void vns_bpf_load(struct vns_bpf *filter, size_t offset);

/* Loads the lower half of the call's argument of this number, from 0. */
void vns_bpf_load_argument(struct vns_bpf *filter, size_t argument);

/*
 * Installs the filter for the calling thread, for good. what is what the error
 * message says was tried.
 */
int vns_bpf_install(struct vns_bpf *filter, const char *what,
		    struct vns_error *err);

#endif
