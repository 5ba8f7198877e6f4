/*
 * fuse FD MODE DIRECTORY: mounts a file system there by FD, an open /dev/fuse,
 * prints "mounted", and serves it as MODE says:
 *
 *	never	reads nothing
 *	deaf	reads everything, and answers nothing but the first greeting
 *	access	answers all but whether one may change to a directory
 *	good	answers everything
 *	later	answers everything, for the kernel to remember it for an hour,
 *		and nothing more after SIGUSR1
 *
 * It is linked statically, so that it runs in any root directory, and ends by
 * SIGTERM.
 */
#include <errno.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int device;
static unsigned long long remembered; /* for how many seconds */
static volatile sig_atomic_t silent;

static void on_signal(int number)
{
	(void)number;
	silent = 1;
}

static void reply(const struct fuse_in_header *in, int error, void *data,
		  size_t size)
{
	struct fuse_out_header out = {
		.len = (unsigned)(sizeof(out) + (error ? 0 : size)),
		.error = -error,
		.unique = in->unique,
	};
	struct iovec parts[] = { { &out, sizeof(out) },
				 { data, error ? 0 : size } };

	/* ENOENT: the request was interrupted meanwhile. */
	if (writev(device, parts, 2) < 0 && errno != ENOENT)
		exit(1);
}

static void greet(const struct fuse_in_header *in)
{
	struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_write = 4096,
	};

	reply(in, 0, &init, sizeof(init));
}

/* It is an empty directory. */
static void describe(const struct fuse_in_header *in)
{
	struct fuse_attr_out attributes = {
		.attr_valid = remembered,
		.attr = { .ino = 1, .mode = S_IFDIR | 0755, .nlink = 2 },
	};

	reply(in, 0, &attributes, sizeof(attributes));
}

static void serve(const struct fuse_in_header *in, const char *mode)
{
	struct fuse_statfs_out statfs = { .st = { .bsize = 4096 } };

	if (in->opcode == FUSE_INIT) {
		greet(in);
		return;
	}
	if (silent || strcmp(mode, "deaf") == 0 || in->opcode == FUSE_FORGET ||
	    in->opcode == FUSE_BATCH_FORGET || in->opcode == FUSE_INTERRUPT)
		return;
	if (in->opcode == FUSE_ACCESS && strcmp(mode, "access") == 0)
		return;
	if (in->opcode == FUSE_GETATTR)
		describe(in);
	else if (in->opcode == FUSE_ACCESS)
		reply(in, 0, NULL, 0);
	else if (in->opcode == FUSE_STATFS)
		reply(in, 0, &statfs, sizeof(statfs));
	else if (in->opcode == FUSE_LOOKUP)
		reply(in, ENOENT, NULL, 0);
	else
		reply(in, ENOSYS, NULL, 0);
}

int main(int argc, char **argv)
{
	static char buffer[1 << 20];
	char options[128];

	if (argc != 4)
		return 2;
	device = atoi(argv[1]);
	if (strcmp(argv[2], "later") == 0) {
		remembered = 3600;
		signal(SIGUSR1, on_signal);
	}
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other",
		 device);
	if (mount("evil", argv[3], "fuse", 0, options) < 0) {
		perror(argv[3]);
		return 1;
	}
	puts("mounted");
	fflush(stdout);
	if (strcmp(argv[2], "never") == 0)
		for (;;)
			pause();
	while (read(device, buffer, sizeof(buffer)) > 0 || errno == ENOENT ||
	       errno == EINTR)
		serve((const struct fuse_in_header *)buffer, argv[2]);
	return 0;
}
