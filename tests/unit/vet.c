/*
 * Tests which descriptors are taken for a vserver's namespaces; see
 * pam_vns/system/vet.h. Only root can run it.
 */
#include "system/vet.h"
#include "places.h"
#include "system/safefile.h"

#include <errno.h>
#include <sys/stat.h>

static char fifo[] = "/run/unit-vet.fifo";

static void refused_of(int fd, vns_nsset wanted, const char *what, int code,
		       const char *message)
{
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "" };

	need(fd >= 0, what);
	about("vns_vet_mount of %s", what);
	is_number(vns_vet_mount(fd, wanted, "it", &place, &err), -code,
		  "it is refused");
	is_string(err.text, message, "error message");
	ok(place.ns[VNS_NS_MNT] == -1 && place.root == -1,
	   "no descriptor is taken");
	ok(fcntl(fd, F_GETFD) >= 0, "the descriptor stays the caller's");
	close(fd);
}

static void refused(int fd, const char *what, int code, const char *message)
{
	refused_of(fd, VNS_NSSET_ALL, what, code, message);
}

static void test_refusals(void)
{
	static const char *const types[] = { "uts",  "ipc",    "net", "pid",
					     "user", "cgroup", "time" };
	char name[32];
	size_t i;
	pid_t pid;

	refused(open("/etc/passwd", O_RDONLY), "a regular file", EINVAL,
		"it: not a namespace");
	refused(open(fifo, O_RDONLY | O_NONBLOCK), "a FIFO", EINVAL,
		"it: not a namespace");
	refused(open("/", O_RDONLY | O_DIRECTORY), "a directory", EINVAL,
		"it: not a namespace");
	refused(open("/proc/self/ns", O_RDONLY | O_DIRECTORY),
		"a directory of /proc", EINVAL, "it: not a namespace");
	refused(open("/dev/null", O_RDWR), "a device", EINVAL,
		"it: not a namespace");
	for (i = 0; i < LENGTH(types); i++) {
		snprintf(name, sizeof(name), "a %s namespace", types[i]);
		refused(open_ns(getpid(), types[i]), name, EINVAL,
			"it: not a mount namespace");
	}
	refused(open_ns(getpid(), "mnt"), "our own mount namespace", EXDEV,
		"it: is the host's own mount namespace");
	refused(open("/proc/thread-self/ns/mnt", O_RDONLY),
		"this thread's mount namespace", EXDEV,
		"it: is the host's own mount namespace");
	pid = start(CLONE_NEWUSER | CLONE_NEWNS);
	refused_of(
		open_ns(pid, "mnt"), VNS_NSSET(VNS_NS_MNT),
		"a mount namespace of another user namespace", EPERM,
		"it: belongs to a user namespace, which must be joined, too: "
		"add \"user\" to namespaces");
	end(pid);
}

static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
	(void)number;
	signalled++;
}

static void test_take(void)
{
	pid_t pid = start(CLONE_NEWNS);
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "untouched" };
	int fd = open_ns(pid, "mnt"), self = -1;
	struct stat here, there;

	end(pid);
	signal(SIGCHLD, on_signal);
	about("vns_vet_mount of a mount namespace whose process has ended");
	is_number(vns_vet_mount(fd, VNS_NSSET_ALL, "it", &place, &err), 0,
		  "it is taken");
	is_string(err.text, "untouched", "no error message is set");
	is_number(signalled, 0, "the caller gets no SIGCHLD");
	signal(SIGCHLD, SIG_DFL);
	is_number(waitpid(-1, NULL, WNOHANG | __WALL), -1, "no child is left");
	is_number(vns_place_same(fd, place.ns[VNS_NS_MNT]), true,
		  "the namespace that is taken is the one that was given");
	ok(place.ns[VNS_NS_MNT] != fd,
	   "the namespace is taken by another descriptor");
	is_number(fcntl(place.ns[VNS_NS_MNT], F_GETFD), FD_CLOEXEC,
		  "the namespace's descriptor is close-on-exec");
	is_number(fcntl(place.root, F_GETFD), FD_CLOEXEC,
		  "the root's descriptor is close-on-exec");
	ok(fstat(place.root, &there) == 0 && stat("/", &here) == 0 &&
		   there.st_ino == here.st_ino && there.st_dev == here.st_dev,
	   "its root is a copy of ours");
	need(vns_place_self(&self, &err) == 0, err.text);
	is_number(vns_place_same(self, place.ns[VNS_NS_MNT]), false,
		  "the caller has not entered it");
	close(self);
	close(fd);
	vns_place_close(&place);
	ok(place.ns[VNS_NS_MNT] == -1 && place.root == -1,
	   "vns_place_close leaves no descriptor");
}

/* A mount namespace and the user namespace of another process. */
static void test_owners(void)
{
	struct vns_place place = VNS_PLACE_NONE;
	pid_t one = start(CLONE_NEWUSER | CLONE_NEWNS);
	pid_t two = start(CLONE_NEWUSER | CLONE_NEWNS);
	int owner = open_ns(one, "user");
	struct vns_error err = { "" };

	look_at(one, VNS_NSSET(VNS_NS_MNT), &place);
	about("vns_vet_place of a mount namespace alone");
	is_number(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err), 0,
		  "it is no error");
	ok(vns_place_same(place.ns[VNS_NS_USER], owner),
	   "the user namespace that owns it is found");
	vns_safefile_close(&place.ns[VNS_NS_USER]);
	vns_safefile_close(&place.root);
	place.root = -1;
	place.ns[VNS_NS_USER] = open_ns(two, "user");
	about("vns_vet_place of a mount namespace with another user namespace");
	is_number(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err), -EPERM,
		  "it is refused");
	is_string(err.text,
		  "it: belongs to another user namespace than its process is "
		  "in",
		  "error message");
	vns_place_close(&place);
	look_at(one, VNS_NSSET_ALL, &place);
	vns_safefile_close(&place.ns[VNS_NS_NET]);
	place.ns[VNS_NS_NET] = open_ns(one, "uts");
	about("vns_vet_place of a UTS namespace in place of a net namespace");
	is_number(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err), -EINVAL,
		  "it is refused");
	is_string(err.text, "it: not a net namespace", "error message");
	vns_place_close(&place);
	close(owner);
	end(one);
	end(two);
}

static int vet_for(pid_t pid, uid_t owner, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc;

	look_at(pid, VNS_NSSET(VNS_NS_MNT), &place);
	place.owner = owner;
	rc = vns_vet_place(&place, VNS_NSSET_ALL, "it", err);
	vns_safefile_close(&place.root);
	place.root = -1;
	return rc;
}

/* Several may own it, of whom uid 1002 does. */
static void test_several(pid_t pid)
{
	static const uid_t named[] = { 1003, 1002, 1004 };
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "" };

	look_at(pid, VNS_NSSET(VNS_NS_MNT), &place);
	place.owners = named;
	place.owner_count = 1;
	is_number(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err), -EPERM,
		  "it is refused if others are named");
	is_number(place.owner, 0, "there is no owner then");
	place.owner_count = LENGTH(named);
	is_number(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err), 0,
		  "it is taken if 1002 is among those who are named");
	is_number(place.owner, 1002, "that one is the owner then");
}

/* A user namespace that somebody else than root has made. */
static void test_trust(void)
{
	pid_t pid = start_of(1002, CLONE_NEWUSER | CLONE_NEWNS);
	struct vns_error err = { "" };

	about("vns_vet_place of a user namespace that uid 1002 owns");
	is_number(vet_for(pid, 0, &err), -EPERM, "it is refused");
	is_string(err.text,
		  "it: its user namespace belongs to uid 1002, who would have "
		  "power over every session: only root's are entered, and "
		  "those of the owner that the definition names",
		  "error message");
	is_number(vet_for(pid, 1003, &err), -EPERM,
		  "it is refused if another owner is named");
	is_number(vet_for(pid, 1002, &err), 0, "it is taken if 1002 is named");
	is_number(vet_for(pid, VNS_PLACE_ANYBODY, &err), 0,
		  "it is taken where it is only looked at");
	test_several(pid);
	end(pid);
	pid = start(CLONE_NEWUSER | CLONE_NEWNS);
	about("vns_vet_place of a user namespace that root owns");
	is_number(vet_for(pid, 1002, &err), 0,
		  "it is taken whoever else is named");
	end(pid);
}

int main(void)
{
	unsigned before;

	if (geteuid() != 0) {
		skip("descriptors of namespaces", "needs root");
		return finish();
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	unlink(fifo);
	need(mkfifo(fifo, 0600) == 0, fifo);
	before = count_descriptors();
	test_refusals();
	test_take();
	test_owners();
	test_trust();
	about("all places");
	is_number(count_descriptors(), before, "no descriptor is left");
	unlink(fifo);
	return finish();
}
