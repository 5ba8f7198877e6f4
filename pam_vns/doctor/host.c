/* Checks the kernel, the libraries, and what is installed. */
#include "system/cgroup.h"
#include "doctor/doctor.h"
#include "system/safefile.h"

#include "lib/frozen.h"

#include <confuse.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <glob.h>
#include <gnu/libc-version.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define UPGRADE \
	"upgrade: RHEL 9, Ubuntu 22.04 and Debian 12 have what is needed"

/* Compares with the first two numbers of a version, as in "6.1.0-13-amd64". */
static bool is_older(const char *version, unsigned major, unsigned minor)
{
	unsigned long first, second = 0;
	char *end;

	version += strcspn(version, "0123456789");
	first = strtoul(version, &end, 10);
	if (*end == '.')
		second = strtoul(end + 1, NULL, 10);
	return first < major || (first == major && second < minor);
}

static void check_version(struct vns_doctor *doctor, const char *what,
			  const char *version, unsigned major, unsigned minor)
{
	if (is_older(version, major, minor))
		vns_doctor_fail(doctor, "version", what, UPGRADE,
				"%s is older than %u.%u", version, major,
				minor);
	else
		vns_doctor_pass(doctor, "version", what, "%s", version);
}

/*
 * Tells Linux-PAM's version by the symbols that its library has. It does not
 * state its version: the library is called libpam.so.0.85.1 from 1.4 to 1.7 at
 * least.
 */
static void check_libpam(struct vns_doctor *doctor)
{
	static const struct {
		const char *name, *symbol, *version;
	} newest[] = {
		{ "1.5", "pam_modutil_check_user_in_passwd",
		  "LIBPAM_MODUTIL_1.4.1" },
		{ "1.4", "pam_start_confdir", "LIBPAM_1.4" },
	};
	void *library = dlopen("libpam.so.0", RTLD_LAZY | RTLD_LOCAL);
	size_t i, count = VNS_COUNT(newest);

	for (i = 0; library && i < count; i++)
		if (dlvsym(library, newest[i].symbol, newest[i].version))
			break;
	if (!library)
		vns_doctor_fail(doctor, "version", "Linux-PAM",
				"install it, or run \"ldconfig\"",
				"libpam.so.0 is not found by the linker");
	else if (i == count)
		vns_doctor_fail(doctor, "version", "Linux-PAM", UPGRADE,
				"older than 1.4");
	else
		vns_doctor_pass(doctor, "version", "Linux-PAM",
				"%s or later, by what libpam.so.0 offers",
				newest[i].name);
	if (library)
		dlclose(library);
}

static void check_versions(struct vns_doctor *doctor)
{
	struct utsname host;

	if (uname(&host) == 0)
		check_version(doctor, "kernel", host.release, 5, 14);
	check_version(doctor, "glibc", gnu_get_libc_version(), 2, 34);
	check_version(doctor, "libconfuse", confuse_version, 3, 3);
	check_libpam(doctor);
}

/* --- sysctls -------------------------------------------------------------- */

static const struct sysctl {
	const char *id, *path, *name;
	const char *good;
	const char *why;
} sysctls[] = {
	{ "tiocsti", "/proc/sys/dev/tty/legacy_tiocsti",
	  "dev.tty.legacy_tiocsti", "0",
	  "programs can type into terminals that they share with others (in "
	  "sessions of su and login pam_vns forbids it, elsewhere only this "
	  "does)" },
	{ "suid-dumpable", "/proc/sys/fs/suid_dumpable", "fs.suid_dumpable",
	  "0",
	  "the memory of programs that have changed their ids, those that "
	  "serve sessions among them, can be dumped" },
};

static void check_sysctl(struct vns_doctor *doctor, const struct sysctl *sysctl)
{
	char value[64], remedy[256];

	/* Where the kernel lacks the sysctl (before 6.2), nobody can set it. */
	if (!vns_doctor_read(sysctl->path, value, sizeof(value)))
		return;
	if (strcmp(value, sysctl->good) == 0) {
		vns_doctor_pass(doctor, sysctl->id, "", "%s is %s",
				sysctl->name, value);
		return;
	}
	vns_util_format(remedy, sizeof(remedy),
			"\"sysctl %s=%s\", and the same in /etc/sysctl.d",
			sysctl->name, sysctl->good);
	vns_doctor_warn(doctor, sysctl->id, "", remedy, "%s is %s: %s",
			sysctl->name, value, sysctl->why);
}

/* --- what is installed ---------------------------------------------------- */

static void check_program(struct vns_doctor *doctor, const char *path)
{
	if (access(path, X_OK) == 0)
		vns_doctor_pass(doctor, "install", path, "there");
	else
		vns_doctor_fail(doctor, "install", path, "\"make install\"",
				"missing, or not executable: no vserver can "
				"be started");
}

/* Asks for the version as the module does. Returns 0 if there is none. */
static unsigned ask_version(void *library)
{
	void *symbol = dlsym(library, "vns_frozen_version");
	unsigned (*version)(void);

	/* ISO C cannot convert one pointer to the other, POSIX can. */
	memcpy(&version, &symbol, sizeof(version));
	return version ? version() : 0;
}

static void check_library(struct vns_doctor *doctor)
{
	static const char name[] = "libnss_vns.so.2";
	void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
	unsigned version = library ? ask_version(library) : 0;

	if (version == VNS_FROZEN_VERSION)
		vns_doctor_pass(doctor, "install", name, "found by the linker");
	else if (library)
		vns_doctor_fail(doctor, "install", name,
				"\"make install\"; \"ldconfig -p\" shows "
				"whether there is another in its place",
				"version %u, but this vns was built with "
				"version %u: nobody can be placed",
				version, VNS_FROZEN_VERSION);
	else
		vns_doctor_fail(doctor, "install", name,
				"\"make install\" with the right LIBDIR, then "
				"\"ldconfig\"",
				"not found by the linker: pam_vns.so cannot "
				"be loaded, and every wired service refuses "
				"everybody");
	if (library)
		dlclose(library);
}

static void check_module(struct vns_doctor *doctor)
{
	static const char path[] = VNS_PAMDIR "/pam_vns.so";

	if (access(path, R_OK) == 0)
		vns_doctor_pass(doctor, "install", path, "there");
	else
		vns_doctor_fail(doctor, "install", path,
				"\"make install\" with the right PAMDIR",
				"missing: every wired service refuses "
				"everybody");
}

/* --- cgroups ------------------------------------------------------------- */

/* Checks the cgroups. They only matter where something ends whole cgroups. */
static void check_cgroup(struct vns_doctor *doctor)
{
	VNS_AUTOCLOSE int mount = -1;
	struct vns_error err = { "/sys/fs/cgroup cannot be written to" };
	const bool systemd = access("/run/systemd/system", F_OK) == 0;
	const bool usable = vns_cgroup_usual_mount(&mount, &err) == 0 &&
			    faccessat(mount, ".", W_OK, 0) == 0;

	if (usable)
		vns_doctor_pass(doctor, "cgroup", "",
				"vservers have cgroups of their own");
	else if (!systemd)
		vns_doctor_pass(doctor, "cgroup", "",
				"vservers have no cgroups of their own: %s",
				err.text);
	else
		vns_doctor_warn(doctor, "cgroup", "",
				"make the host use cgroup v2 (boot with "
				"systemd.unified_cgroup_hierarchy=1)",
				"a vserver that a login starts is in the "
				"login's cgroup, and ends with it: %s",
				err.text);
}

void vns_doctor_host(struct vns_doctor *doctor)
{
	size_t i;

	vns_doctor_begin(doctor, "");
	check_versions(doctor);
	for (i = 0; i < VNS_COUNT(sysctls); i++)
		check_sysctl(doctor, &sysctls[i]);
	check_cgroup(doctor);
	check_module(doctor);
	check_library(doctor);
	check_program(doctor, VNS_SBINDIR "/vns");
	check_program(doctor, VNS_LIBEXECDIR "/vns-init");
}
