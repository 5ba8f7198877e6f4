/* Knows where the halves of an argument are, and the call that installs. */
#include "system/bpf.h"

#include <endian.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#if __BYTE_ORDER == __LITTLE_ENDIAN
#define LOW_HALF 0
#else
#define LOW_HALF 4
#endif

void vns_bpf_add(struct vns_bpf *filter, uint16_t code, size_t yes, size_t no,
		 uint32_t value)
{
	filter->code[filter->length++] =
		(struct sock_filter){ code, (uint8_t)yes, (uint8_t)no, value };
}

void vns_bpf_load(struct vns_bpf *filter, size_t offset)
{
	vns_bpf_add(filter, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

void vns_bpf_load_argument(struct vns_bpf *filter, size_t argument)
{
	vns_bpf_load(filter, offsetof(struct seccomp_data, args) +
				     8 * argument + LOW_HALF);
}

int vns_bpf_install(struct vns_bpf *filter, const char *what,
		    struct vns_error *err)
{
	const struct sock_fprog program = { .len = filter->length,
					    .filter = filter->code };

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		    SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) < 0)
		return vns_error_errno(err, errno, "%s (seccomp)", what);
	return 0;
}
