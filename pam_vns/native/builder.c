/*
 * Forks the process that makes a new mount namespace, pins that namespace, and
 * tells the process over a channel to do its next step.
 */
#include "native/builder.h"

#include "native/assemble.h"
#include "native/init.h"
#include "system/channel.h"
#include "system/deadline.h"
#include "system/namespace.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The longest time that the builder's end may take once its work is done. */
#define END_TIMEOUT_MS 5000

/* What error messages call the builder. */
#define BUILDER "the builder process"

_Static_assert(sizeof(struct vns_built) <= VNS_CHANNEL_RESULT,
	       "it is sent as a result");

static void choose_cpu(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		cpu = sched_getcpu();
	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int assemble(const struct vns_build *build, const char *scratch,
		    struct vns_init *init, struct vns_built *built,
		    struct vns_error *err)
{
	struct stat st = { 0 };
	int rc;

	if (build->holds)
		return vns_assemble_holder(scratch, err);
	rc = vns_assemble_isolate(err);
	if (rc == 0 && build->namespaces)
		rc = vns_init_start(init, build, err);
	if (rc == 0)
		rc = vns_assemble_vserver(build, scratch, init->pidfd, err);
	if (rc == 0 && build->namespaces)
		rc = vns_init_settle(init, err);
	if (rc == 0 && stat("/", &st) < 0)
		rc = vns_error_errno(err, errno, "/");
	if (rc < 0)
		return rc;
	built->init = init->pid;
	built->device = st.st_dev;
	built->inode = st.st_ino;
	return 0;
}

/* Does one step after the other, each when the other side asks for it. */
static void work(int channel, const struct vns_build *build,
		 const char *scratch, struct vns_init *init)
{
	struct vns_built built = { 0 };
	struct vns_error err;
	int rc = vns_namespace_new(VNS_NSSET(VNS_NS_MNT), &err);

	if (!vns_channel_answer(channel, rc, NULL, 0, &err) ||
	    !vns_channel_await(channel))
		return;
	rc = assemble(build, scratch, init, &built, &err);
	if (!vns_channel_answer(channel, rc, &built, sizeof(built), &err) ||
	    !vns_channel_await(channel))
		return;
	rc = init->pid ? vns_init_release(init, &err) : 0;
	if (vns_channel_answer(channel, rc, NULL, 0, &err))
		vns_channel_await(channel);
}

static _Noreturn void run(int channel, const struct vns_build *build,
			  const char *scratch, int cpu)
{
	struct vns_init init = VNS_INIT_NONE;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	choose_cpu(cpu);
	work(channel, build, scratch, &init);
	vns_init_end(&init);
	_exit(0);
}

/*
 * Makes the new mount namespace on the given CPU; -1 means any CPU. From then
 * on it can be opened at /proc/PID/ns/mnt.
 */
static int start(struct vns_builder *builder, const struct vns_build *build,
		 const char *scratch, int cpu, struct vns_error *err)
{
	int channel;
	pid_t pid = vns_channel_fork(&channel, err);

	if (pid == 0)
		run(channel, build, scratch, cpu);
	if (pid < 0)
		return pid;
	builder->pid = pid;
	builder->channel = channel;
	return vns_channel_hear(channel, BUILDER, NULL, 0, err);
}

int vns_builder_run(struct vns_builder *builder, struct vns_built *built,
		    struct vns_error *err)
{
	int rc = vns_channel_tell(builder->channel, BUILDER, err);

	return rc < 0 ? rc :
			vns_channel_hear(builder->channel, BUILDER, built,
					 sizeof(*built), err);
}

int vns_builder_release(struct vns_builder *builder, struct vns_error *err)
{
	int rc = vns_channel_tell(builder->channel, BUILDER, err);

	return rc < 0 ? rc :
			vns_channel_hear(builder->channel, BUILDER, NULL, 0,
					 err);
}

void vns_builder_end(struct vns_builder *builder)
{
	int pidfd;

	vns_safefile_close(&builder->channel);
	builder->channel = -1;
	if (builder->pid <= 0)
		return;
	/* The builder first waits for its own children, which end with it. */
	pidfd = (int)syscall(SYS_pidfd_open, builder->pid, 0);
	if (pidfd >= 0)
		(void)vns_deadline_wait(pidfd,
					vns_deadline_now() + END_TIMEOUT_MS);
	vns_safefile_close(&pidfd);
	kill(builder->pid, SIGKILL);
	while (waitpid(builder->pid, NULL, 0) < 0 && errno == EINTR)
		;
	builder->pid = 0;
}

/* Returns the CPU on which the holder was made, or -1. */
static int read_cpu(const struct vns_native *native)
{
	VNS_AUTOCLOSE int fd = openat(native->locks, VNS_BUILDER_CPU,
				      O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	unsigned long cpu;
	char text[24] = "";

	return fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 &&
			       vns_util_number(text, CPU_SETSIZE - 1, &cpu) ?
		       (int)cpu :
		       -1;
}

struct attempt {
	const struct vns_build *build;
	const struct vns_native *native;
	int (*pin)(const struct vns_native *native, pid_t pid);
};

static int try_cpu(struct vns_builder *builder, const struct attempt *attempt,
		   int cpu, struct vns_error *err)
{
	const struct vns_native *native = attempt->native;
	int rc = start(builder, attempt->build, native->config->run_dir, cpu,
		       err);

	if (rc < 0)
		return rc;
	rc = attempt->pin(native, builder->pid);
	if (rc == 0)
		return 0;
	vns_builder_end(builder);
	if (rc == -EINVAL)
		return vns_error_set(err, EINVAL,
				     "a mount namespace cannot be pinned from "
				     "here; run this in the host's own mount "
				     "namespace");
	return vns_error_errno(err, -rc, "pinning the mount namespace");
}

/*
 * Since Linux 6.18 the kernel numbers namespaces in batches per CPU, and
 * refuses (EINVAL) to pin a mount namespace with a lower number than that of
 * the one that it is pinned in. This cannot happen on the CPU that the latter
 * was made on, and on others only for a while.
 */
int vns_builder_pin(struct vns_builder *builder, const struct vns_build *build,
		    const struct vns_native *native,
		    int (*pin)(const struct vns_native *native, pid_t pid),
		    struct vns_error *err)
{
	const struct attempt attempt = { build, native, pin };
	const int noted = read_cpu(native);
	cpu_set_t allowed;
	int cpu, rc = try_cpu(builder, &attempt, -1, err);

	if (rc != -EINVAL ||
	    sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return rc;
	if (noted >= 0 && CPU_ISSET((size_t)noted, &allowed))
		rc = try_cpu(builder, &attempt, noted, err);
	for (cpu = 0; rc == -EINVAL && cpu < CPU_SETSIZE; cpu++)
		if (cpu != noted && CPU_ISSET((size_t)cpu, &allowed))
			rc = try_cpu(builder, &attempt, cpu, err);
	return rc;
}
