/* Writes and reads the notes below run_dir about running native vservers. */
#include "native/notes.h"

#include "native/processes.h"
#include "system/safefile.h"
#include "vserver/native.h"
#include "vserver/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/*
 * If another running vserver had the same number, one of them could not be
 * reached by it.
 */
static int check_context(const struct vns_native *native, struct vns_error *err)
{
	struct vns_vserver other = { .root = (char *)"/" };
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	unsigned long context = native->vserver->context;
	struct vns_error ignored;

	if (vns_rundir_by_context(native->config, context, other.name,
				  &ignored) < 0 ||
	    strcmp(other.name, native->vserver->name) == 0 ||
	    vns_native_open(native->config, &other, &place, &ignored) == -ESRCH)
		return 0;
	return vns_error_set(err, EEXIST,
			     "context %lu is taken by the running vserver "
			     "\"%s\"; give one of the two another number",
			     context, other.name);
}

int vns_notes_claim_context(const struct vns_native *native,
			    struct vns_error *err)
{
	char number[24], name[sizeof(vns_name) + 1];
	int rc;

	if (native->vserver->context == 0)
		return 0;
	rc = check_context(native, err);
	if (rc < 0)
		return rc;
	snprintf(number, sizeof(number), "%lu", native->vserver->context);
	snprintf(name, sizeof(name), "%s\n", native->vserver->name);
	rc = vns_safefile_write(native->home, VNS_RUNDIR_NUMBER, number, err);
	return rc < 0 ? rc :
			vns_safefile_write(native->contexts, number, name, err);
}

/*
 * Releases the number that was claimed; the definition may have another one by
 * now.
 */
void vns_notes_release_context(const struct vns_native *native)
{
	VNS_AUTOCLOSE int fd = openat(native->home, VNS_RUNDIR_NUMBER,
				      O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct vns_error ignored;
	unsigned long context;
	char number[24] = "";
	vns_name holder;

	if (fd >= 0 && read(fd, number, sizeof(number) - 1) > 0 &&
	    vns_util_number(number, INT_MAX, &context) &&
	    vns_rundir_by_context(native->config, context, holder, &ignored) ==
		    0 &&
	    strcmp(holder, native->vserver->name) == 0)
		unlinkat(native->contexts, number, 0);
	unlinkat(native->home, VNS_RUNDIR_NUMBER, 0);
}

static bool own_namespace(struct stat *st)
{
	return stat("/proc/thread-self/ns/mnt", st) == 0;
}

int vns_notes_write_owner(const struct vns_native *native,
			  struct vns_error *err)
{
	struct stat st;
	char text[64];

	if (!own_namespace(&st))
		return vns_error_errno(err, errno, "/proc/thread-self/ns/mnt");
	snprintf(text, sizeof(text), "%lu %lu", (unsigned long)st.st_dev,
		 (unsigned long)st.st_ino);
	return vns_safefile_write(native->home, VNS_RUNDIR_OWNER, text, err);
}

int vns_notes_check_owner(const struct vns_native *native,
			  struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = openat(native->home, VNS_RUNDIR_OWNER,
				      O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	unsigned long device, inode;
	char text[64] = "";
	struct stat st;
	char *space;

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return 0;
	space = strchrnul(text, ' ');
	if (!*space)
		return 0;
	*space++ = '\0';
	if (!vns_util_number(text, ULONG_MAX, &device) ||
	    !vns_util_number(space, ULONG_MAX, &inode))
		return 0;
	if (!own_namespace(&st))
		return vns_error_errno(err, errno, "/proc/thread-self/ns/mnt");
	if ((st.st_dev == device && st.st_ino == inode) ||
	    !vns_processes_lives(device, inode))
		return 0;
	return vns_error_set(err, EXDEV,
			     "it was started in another mount namespace than "
			     "this one, and cannot be seen from here (a "
			     "service with PrivateTmp= or the like?)");
}

int vns_notes_init(const struct vns_native *native, pid_t pid,
		   struct vns_error *err)
{
	VNS_AUTOPROCESS struct vns_process init = VNS_PROCESS_NONE;
	unsigned long long ticks = 0;
	char text[64];
	int rc = vns_process_open(pid, &init, err);

	if (rc == 0)
		rc = vns_process_start_time(&init, &ticks, err);
	if (rc < 0)
		return rc;
	snprintf(text, sizeof(text), "%d %llu\n", (int)pid, ticks);
	return vns_safefile_write(native->home, VNS_RUNDIR_INIT, text, err);
}

int vns_notes_cgroup(const struct vns_native *native, const char *cgroup,
		     struct vns_error *err)
{
	return vns_safefile_write(native->home, VNS_RUNDIR_CGROUP, cgroup, err);
}

void vns_notes_forget_cgroup(const struct vns_native *native)
{
	unlinkat(native->home, VNS_RUNDIR_CGROUP, 0);
}
