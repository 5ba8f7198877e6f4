/*
 * Checks one vserver: whether it can be started and entered, and what is
 * inside.
 */
#include "config/definition.h"
#include "config/lifecycle.h"
#include "doctor/doctor.h"

#include "native/prepare.h"
#include "native/trial.h"
#include "config/load.h"
#include "login/preflight.h"
#include "login/shell.h"
#include "system/container.h"
#include "system/inroot.h"
#include "system/safefile.h"
#include "vserver/open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

/* --- whether the vserver can be started ----------------------------------- */

static void check_type(struct vns_doctor *doctor,
		       const struct vns_vserver *vserver, enum vns_ns type,
		       bool *failed)
{
	char path[64], value[32], remedy[128];

	vns_util_format(path, sizeof(path), "/proc/self/ns/%s",
			vns_nsname(type));
	if (access(path, F_OK) < 0) {
		*failed = true;
		vns_doctor_fail(doctor, "vserver-namespaces", vserver->name,
				"take it out of namespaces, or run a kernel "
				"that has it",
				"this kernel has no %s namespaces",
				vns_nsname(type));
		return;
	}
	vns_util_format(path, sizeof(path), "/proc/sys/user/max_%s_namespaces",
			vns_nsname(type));
	if (!vns_doctor_read(path, value, sizeof(value)) ||
	    strcmp(value, "0") != 0)
		return;
	*failed = true;
	vns_util_format(remedy, sizeof(remedy),
			"\"sysctl user.max_%s_namespaces=15000\", and the same "
			"in /etc/sysctl.d",
			vns_nsname(type));
	vns_doctor_fail(doctor, "vserver-namespaces", vserver->name, remedy,
			"%s is 0, so the vserver cannot be started", path);
}

static void check_types(struct vns_doctor *doctor,
			const struct vns_vserver *vserver)
{
	bool failed = false;
	int type;

	for (type = 0; type < VNS_NS_COUNT; type++)
		if (vserver->namespaces & VNS_NSSET((unsigned)type))
			check_type(doctor, vserver, (enum vns_ns)type, &failed);
	if (!failed)
		vns_doctor_pass(doctor, "vserver-namespaces", vserver->name,
				"the kernel has all namespaces that it needs");
}

static void check_ids(struct vns_doctor *doctor,
		      const struct vns_vserver *vserver)
{
	struct vns_error err;

	if (vns_trial_vserver(vserver, &err) == 0)
		vns_doctor_pass(doctor, "vserver-idmap", vserver->name,
				"ids can be mapped on %s", vserver->root);
	else
		vns_doctor_fail(doctor, "vserver-idmap", vserver->name,
				"move the directory to a filesystem that can "
				"map ids (ext4, xfs, btrfs; tmpfs since "
				"Linux 6.3; no overlay, no NFS); a template "
				"needs Linux 5.19",
				"cannot be started: %s", err.text);
}

/*
 * Whether no program inside could be executed, although there are some. A
 * template's mount does not matter, nor does that of the layer above it: what
 * counts is the overlay's.
 */
static bool forbids_programs(const struct vns_vserver *vserver)
{
	VNS_AUTOCLOSE int root =
		vserver->template ?
			-1 :
			open(vserver->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statvfs fs;

	return root >= 0 && vserver->shell_check != VNS_SHELL_CHECK_NO &&
	       fstatvfs(root, &fs) == 0 && (fs.f_flag & ST_NOEXEC) &&
	       vns_shell_has_programs(root);
}

/*
 * Checks what a start would look at. A pre-start hook may make all of it.
 * Returns whether there is a root directory to look into.
 */
static bool check_start(struct vns_doctor *doctor,
			const struct vns_vserver *vserver)
{
	struct vns_error err;

	check_types(doctor, vserver);
	if (vns_config_has_hook(doctor->config, vserver,
				VNS_LIFECYCLE_PRE_START))
		return false;
	if (vns_prepare_check_root(vserver, &err) < 0) {
		vns_doctor_fail(doctor, "vserver-root", vserver->name,
				"make the directory (debootstrap(8)), or "
				"correct what the message says",
				"%s", err.text);
		return false;
	}
	if (forbids_programs(vserver))
		vns_doctor_fail(doctor, "vserver-root", vserver->name,
				"\"mount -o remount,exec\" of its file system, "
				"and the same in fstab(5), or move the "
				"directory",
				"%s is mounted noexec: no program inside can "
				"be executed, and no session begins",
				vserver->root);
	else
		vns_doctor_pass(doctor, "vserver-root", vserver->name, "%s",
				vserver->root);
	if (vserver->namespaces & VNS_NSSET(VNS_NS_USER))
		check_ids(doctor, vserver);
	return true;
}

/* Looks at a mount's source; options that are wrong are reported elsewhere. */
static void check_socket(struct vns_doctor *doctor,
			 const struct vns_vserver *vserver,
			 const struct vns_mount *mount)
{
	struct vns_mountopt options;
	char source[PATH_MAX];
	struct vns_error err;
	struct stat st;
	size_t i;

	vns_mountopt_init(&options, mount->type);
	for (i = 0; i < mount->options.count; i++)
		vns_mountopt_add(&options, mount->options.items[i]);
	if (options.skip || !vns_mountopt_is_bind(&options) ||
	    vns_config_mount_source(vserver, mount, &options, source, &err) <
		    0 ||
	    lstat(source, &st) < 0 || !S_ISSOCK(st.st_mode))
		return;
	vns_doctor_warn(doctor, "vserver-socket", vserver->name,
			"bind the directory that the socket is in",
			"mount \"%s\": %s is a socket: when the program that "
			"listens on it is started again, it makes a new one, "
			"which is not inside",
			mount->target, source);
}

static void check_sockets(struct vns_doctor *doctor,
			  const struct vns_vserver *vserver)
{
	VNS_AUTOFSTAB struct vns_fstab *fstab = NULL;
	struct vns_error err;
	size_t i;

	for (i = 0; i < vserver->mount_count; i++)
		check_socket(doctor, vserver, &vserver->mounts[i]);
	if (vns_load_fstab(vserver, &fstab, &err) < 0)
		return;
	for (i = 0; fstab && i < fstab->count; i++)
		check_socket(doctor, vserver, &fstab->mounts[i]);
}

/* --- what is inside the vserver ------------------------------------------- */

static bool is_null(int root)
{
	VNS_AUTOCLOSE int fd =
		vns_inroot_open(root, "/dev/null", O_PATH, VNS_INROOT_CHROOT);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	       st.st_rdev == makedev(1, 3) && (st.st_mode & 0666) == 0666;
}

static void check_null(struct vns_doctor *doctor, const char *name, int root)
{
	if (is_null(root))
		vns_doctor_pass(doctor, "vserver-null", name, "/dev/null");
	else
		vns_doctor_fail(doctor, "vserver-null", name,
				"have its engine mount a /dev, or \"vnamespace "
				"-e NAME mknod -m 666 /dev/null c 1 3\"",
				"/dev/null inside is missing, or not the "
				"device with mode 666: sshd cannot run "
				"commands without a terminal");
}

static void check_pts(struct vns_doctor *doctor, const char *name, int root)
{
	static const char remedy[] =
		"have its engine mount a devpts: \"mount -t devpts -o "
		"newinstance,ptmxmode=666,mode=620,gid=5 devpts /dev/pts\", "
		"and make /dev/ptmx a link to pts/ptmx";
	VNS_AUTOCLOSE int pts = vns_inroot_open(
		root, "/dev/pts", O_PATH | O_DIRECTORY, VNS_INROOT_CHROOT);
	VNS_AUTOCLOSE int ptmx =
		vns_inroot_open(root, "/dev/ptmx", O_PATH, VNS_INROOT_CHROOT);
	struct stat inside, host;
	struct statfs fs;

	if (pts < 0 || ptmx < 0 || fstatfs(pts, &fs) < 0 ||
	    fs.f_type != DEVPTS_SUPER_MAGIC || fstat(pts, &inside) < 0)
		vns_doctor_fail(doctor, "vserver-pts", name, remedy,
				"there is no devpts on /dev/pts, or no "
				"/dev/ptmx: sshd can open no terminal");
	else if (stat("/dev/pts", &host) == 0 && host.st_dev == inside.st_dev)
		vns_doctor_warn(doctor, "vserver-pts", name, remedy,
				"/dev/pts is the host's: the terminals of "
				"everybody else are in it");
	else
		vns_doctor_pass(doctor, "vserver-pts", name,
				"a devpts of its own");
}

static bool is_program(int root, const char *path)
{
	/* The same is required of a shell. */
	return vns_preflight_check(root, path, "/").shell;
}

static void check_sftp(struct vns_doctor *doctor, const char *name, int root)
{
	const char *sftp = doctor->sshd.sftp;

	if (sftp[0] != '/')
		return;
	if (is_program(root, sftp))
		vns_doctor_pass(doctor, "vserver-sftp", name, "%s", sftp);
	else
		vns_doctor_fail(doctor, "vserver-sftp", name,
				"\"Subsystem sftp internal-sftp\" in "
				"sshd_config, or install it inside",
				"sftp and scp fail: %s is not there", sftp);
}

static void check_xauth(struct vns_doctor *doctor, const char *name, int root)
{
	const char *xauth = doctor->sshd.xauth;

	if (!doctor->sshd.x11 || !*xauth)
		return;
	if (is_program(root, xauth))
		vns_doctor_pass(doctor, "vserver-xauth", name, "%s", xauth);
	else
		vns_doctor_warn(doctor, "vserver-xauth", name,
				"install xauth inside, or \"X11Forwarding no\"",
				"X11 is not forwarded: %s is not there", xauth);
}

/* --- whether the vserver runs --------------------------------------------- */

static void say_stopped(struct vns_doctor *doctor,
			const struct vns_vserver *vserver)
{
	char remedy[128] = "start it with the engine that runs it";

	if (vns_config_startable(vserver) &&
	    vserver->start == VNS_START_ON_LOGIN) {
		vns_doctor_pass(doctor, "vserver-running", vserver->name,
				"stopped; a login starts it");
		return;
	}
	if (vserver->root)
		vns_util_format(remedy, sizeof(remedy),
				"\"vns start %s\", or start = \"on-login\"",
				vserver->name);
	vns_doctor_fail(doctor, "vserver-running", vserver->name, remedy,
			"stopped, and a login does not start it");
}

static void say_broken(struct vns_doctor *doctor,
		       const struct vns_vserver *vserver,
		       const struct vns_error *err)
{
	char remedy[128] = "look at source and namespaces in its definition, "
			   "and at its engine";

	if (vserver->root)
		vns_util_format(remedy, sizeof(remedy), "\"vns restart %s\"",
				vserver->name);
	vns_doctor_fail(doctor, "vserver-running", vserver->name, remedy,
			"cannot be entered: %s", err->text);
}

static void say_paused(struct vns_doctor *doctor,
		       const struct vns_vserver *vserver,
		       const struct vns_error *err)
{
	vns_doctor_fail(doctor, "vserver-running", vserver->name,
			"have its engine go on with it", "%s", err->text);
}

/* The kernel gives nobody a copy of a filter. */
static void check_filter(struct vns_doctor *doctor,
			 const struct vns_vserver *vserver,
			 const struct vns_place *place)
{
	const bool user = place->ns[VNS_NS_USER] >= 0;
	struct vns_container_powers powers;
	struct vns_error ignored;

	if (!vserver->confine || place->process < 0 ||
	    vns_container_powers(place, &powers, &ignored) < 0 ||
	    !powers.filtered)
		return;
	if (vns_config_restriction(vserver, user).calls)
		vns_doctor_pass(doctor, "vserver-calls", vserver->name,
				"its engine's seccomp filter is not a "
				"session's, which has the one of pam_vns");
	else
		vns_doctor_warn(doctor, "vserver-calls", vserver->name,
				"seccomp = \"tenant\", for a filter of "
				"pam_vns's own",
				"its engine has a seccomp filter, which "
				"sessions do not have");
}

/* Returns -ESRCH if the vserver does not run. */
static int check_place(struct vns_doctor *doctor,
		       const struct vns_vserver *vserver)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err;
	int rc = vns_open_vserver(doctor->config, vserver, VNS_PLACE_ANYBODY,
				  &place, &err);

	if (rc == -ESRCH) {
		say_stopped(doctor, vserver);
		return rc;
	}
	if (rc == -EBUSY) {
		say_paused(doctor, vserver, &err);
		return rc;
	}
	if (rc < 0) {
		say_broken(doctor, vserver, &err);
		return rc;
	}
	vns_doctor_pass(doctor, "vserver-running", vserver->name,
			"its namespaces can be entered");
	check_filter(doctor, vserver, &place);
	check_null(doctor, vserver->name, place.root);
	check_pts(doctor, vserver->name, place.root);
	check_sftp(doctor, vserver->name, place.root);
	check_xauth(doctor, vserver->name, place.root);
	return 0;
}

void vns_doctor_vserver(struct vns_doctor *doctor, const char *name)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err;
	bool startable = false;

	if (vns_load_vserver(doctor->config, name, &vserver, &err) < 0) {
		vns_doctor_fail(doctor, "vserver-definition", name,
				"correct the definition, or write one "
				"(pam_vns.conf(5))",
				"%s", err.text);
		return;
	}
	if (vserver->root) {
		startable = check_start(doctor, vserver);
		check_sockets(doctor, vserver);
	}
	if (check_place(doctor, vserver) == -ESRCH && startable)
		vns_doctor_stopped(doctor, vserver);
}
