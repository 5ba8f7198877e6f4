/* Executes the program by a descriptor of a mount that is attached nowhere. */
#include "tool/sealed.h"

#include "system/mount.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

/*
 * A file that is mounted by itself, and nowhere, has no other path, whether it
 * was replaced by a newer one in the meantime or not.
 */
static bool is_sealed(void)
{
	char path[16];
	ssize_t length = readlink(SELF, path, sizeof(path) - 1);

	if (length < 0)
		return false;
	path[length] = '\0';
	return strcmp(path, "/") == 0 || strcmp(path, "/ (deleted)") == 0;
}

/* The kernel's name for what is executed by a descriptor: see execveat(2). */
static bool is_second_time(void)
{
	const unsigned long address = getauxval(AT_EXECFN);
	const char *name;

	memcpy(&name, &address, sizeof(name));
	return name && strncmp(name, "/dev/fd/", 8) == 0;
}

int vns_sealed_begin(char **argv, struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;
	VNS_AUTOCLOSE int self = -1;
	int rc;

	if (is_sealed()) {
		/* Kernels before 6.14 name it after the executed descriptor. */
		prctl(PR_SET_NAME, program_invocation_short_name);
		return 0;
	}
	/* It must not execute itself for ever. */
	if (is_second_time())
		return vns_error_set(err, ENOTSUP,
				     "this program cannot tell that it runs "
				     "from a read-only mount (" SELF ")");
	self = open(SELF, O_PATH | O_CLOEXEC);
	if (self < 0)
		return vns_error_errno(err, errno, SELF);
	rc = vns_mount_program(self, &mount, err);
	if (rc == 0) {
		syscall(SYS_execveat, mount, "", argv, environ, AT_EMPTY_PATH);
		rc = vns_error_errno(err, errno, "execveat");
	}
	vns_error_context(err, "a read-only mount of this program");
	return rc;
}
