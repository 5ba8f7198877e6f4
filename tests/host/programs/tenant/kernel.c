/* Attacks what the kernel has only once, for all vservers and the host. */
#include "tenant.h"

/* If this is allowed, the kernel finds that there is nothing to load. */
int try_module(char **args)
{
	char nothing[16] = "";

	(void)args;
	syscall(SYS_init_module, nothing, sizeof(nothing), "");
	return errno == EPERM || errno == ENOSYS ? -errno : 0;
}

int try_kexec(char **args)
{
	(void)args;
	syscall(SYS_kexec_load, 0, 17, NULL, 0);
	return errno == EPERM || errno == ENOSYS ? -errno : 0;
}

/* There is no such command, but who may not is told that first. */
int try_reboot(char **args)
{
	(void)args;
	syscall(SYS_reboot, 0xfee1dead, 672274793, 0x12345, NULL);
	return errno == EPERM ? -EPERM : 0;
}

int try_swap(char **args)
{
	(void)args;
	syscall(SYS_swapoff, "/nowhere");
	return errno == EPERM ? -EPERM : 0;
}

int try_clock(char **args)
{
	struct timespec now;

	(void)args;
	clock_gettime(CLOCK_REALTIME, &now);
	return done_if(clock_settime(CLOCK_REALTIME, &now));
}

int try_hostname(char **args)
{
	char name[256] = "";

	(void)args;
	gethostname(name, sizeof(name) - 1);
	return done_if(sethostname(name, strlen(name)));
}

int try_syslog(char **args)
{
	(void)args;
	/* 1 is SYSLOG_ACTION_OPEN, which does nothing. */
	return done_if(syscall(SYS_syslog, 1, NULL, 0));
}

int try_ports(char **args)
{
	(void)args;
#ifdef __x86_64__
	return done_if(iopl(3));
#else
	return -ENOSYS;
#endif
}

int try_realtime(char **args)
{
	struct sched_param param = { .sched_priority = 1 };

	(void)args;
	return done_if(sched_setscheduler(0, SCHED_FIFO, &param));
}

int try_bpf(char **args)
{
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	static const char license[] = "GPL";
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.insns = (uintptr_t)code,
		.insn_cnt = 2,
		.license = (uintptr_t)license,
	};

	(void)args;
	return done_if(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)));
}

int try_raw(char **args)
{
	(void)args;
	if (socket(AF_PACKET, SOCK_RAW, 0) < 0)
		return -errno;
	return done_if(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
}

int try_interface(char **args)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)args;
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return BROKEN;
	return done_if(ioctl(fd, SIOCSIFFLAGS, &request));
}

int try_port(char **args)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)number(args[0])),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return done_if(connect(fd, (void *)&address, sizeof(address)));
}
