/*
 * What is known of a vserver's root without asking anybody; see
 * pam_vns/login/glance.h and pam_vns/system/fstype.h. Only root can run it, as
 * it mounts.
 */
#include "login/glance.h"
#include "login/preflight.h"
#include "system/fstype.h"
#include "system/inroot.h"

#include "tap.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char top[] = "/tmp/unit-glance.XXXXXX";
static struct vns_place place;

/* Starts a process that has no mounts but those here, as a vserver's. */
static pid_t start_here(void)
{
	char byte = 'x';
	int ready[2];
	pid_t pid;

	need(pipe(ready) == 0, "pipe");
	pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		if (chroot(".") < 0 || write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	need(read(ready[0], &byte, 1) == 1, "chroot");
	close(ready[0]);
	return pid;
}

/* An overlay, as it remembers what is missing, too; a tmpfs does not. */
static void make_root(void)
{
	need(mkdtemp(top) && unshare(CLONE_NEWNS) == 0 &&
		     mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		     mount("unit", top, "tmpfs", 0, "mode=755") == 0 &&
		     chdir(top) == 0,
	     "a tmpfs");
	need(mkdir("root", 0755) == 0 && mkdir("lower", 0755) == 0 &&
		     mkdir("upper", 0755) == 0 && mkdir("work", 0755) == 0 &&
		     mount("unit", "root", "overlay", 0,
			   "lowerdir=lower,upperdir=upper,workdir=work") == 0 &&
		     chdir("root") == 0,
	     "an overlay");
	need(mkdir("bin", 0755) == 0 && mkdir("home", 0755) == 0 &&
		     mkdir("home/alice", 0700) == 0 && mkdir("desk", 0) == 0 &&
		     mkdir("other", 0755) == 0 &&
		     mount("unit", "other", "tmpfs", 0, "mode=755") == 0 &&
		     mkdir("pts", 0755) == 0 &&
		     mount("unit", "pts", "devpts", 0, "newinstance") == 0,
	     "directories");
	need(mknod("bin/sh", S_IFREG | 0755, 0) == 0 &&
		     mknod("bin/plain", S_IFREG | 0644, 0) == 0 &&
		     mknod("bin/fifo", S_IFIFO | 0755, 0) == 0 &&
		     mknod("other/sh", S_IFREG | 0755, 0) == 0,
	     "files");
	need(symlink("/bin/sh", "bin/link") == 0, "a link");
	place = VNS_PLACE_NONE;
	place.root = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	place.pid = start_here();
	need(place.root >= 0, "the root");
}

static void remove_root(void)
{
	close(place.root);
	kill(place.pid, SIGKILL);
	waitpid(place.pid, NULL, 0);
	need(chdir("/") == 0 && umount2(top, MNT_DETACH) == 0 &&
		     rmdir(top) == 0,
	     top);
}

/* Whether the directory is the one at this path in the root. */
static bool is_at(const char *path, int directory)
{
	struct stat there, here;

	return fstatat(place.root, path, &there, 0) == 0 &&
	       fstat(directory, &here) == 0 && there.st_dev == here.st_dev &&
	       there.st_ino == here.st_ino &&
	       fcntl(directory, F_GETFD) == FD_CLOEXEC &&
	       (fcntl(directory, F_GETFL) & O_PATH);
}

struct row {
	const char *shell, *home, *cwd;
	const char *begin; /* NULL: a glance does not tell */
};

static const struct row rows[] = {
	{ "/bin/sh", "/home/alice", NULL, "home/alice" },
	{ "/bin/sh", "/home/alice", "", "home/alice" },
	{ "/bin/sh", "/home/alice", "/desk", "desk" },
	{ "/bin/sh", "/home/alice", "/missing", "home/alice" },
	{ "/bin/sh", "/home/../desk", NULL, "desk" },
	{ "/bin/sh", "/", NULL, "." },
	{ NULL, "/home/alice", NULL, "home/alice" },
	{ NULL, "/missing", NULL, NULL },
	{ "/bin/link", "/", NULL, NULL },
	{ "/bin/plain", "/", NULL, NULL },
	{ "/bin/fifo", "/", NULL, NULL },
	{ "/bin", "/", NULL, NULL },
	{ "/missing", "/", NULL, NULL },
	{ "/other/sh", "/", NULL, NULL },
	{ "/bin/sh", "/missing", NULL, NULL },
	{ "/bin/sh", "/bin/sh", NULL, NULL },
	{ "/bin/sh", "/other", NULL, NULL },
	{ "/bin/sh", "/", "/other", NULL },
	{ "/bin/sh", "/", "/bin/sh", NULL },
};

/* The kernel remembers what somebody has asked for. */
static void remember(const char *path)
{
	int fd = path ? vns_inroot_open(place.root, path, O_PATH,
					VNS_INROOT_CHROOT) :
			-1;

	if (fd >= 0)
		close(fd);
}

static void test_row(const struct row *row)
{
	int directory = -1;
	bool found;

	about("a root where the shell is \"%s\", the home \"%s\", the "
	      "directory \"%s\"",
	      row->shell ? row->shell : "(not looked for)", row->home,
	      row->cwd ? row->cwd : "(none)");
	remember(row->shell);
	remember(row->home);
	remember(row->cwd);
	found = vns_glance_find(&place, row->shell, row->home, row->cwd,
				&directory);
	is_number(found, row->begin != NULL, "a glance %s",
		  row->begin ? "is enough" : "is not enough");
	if (row->begin)
		ok(is_at(row->begin, directory), "the session begins in \"%s\"",
		   row->begin);
	else
		is_number(directory, -1, "no directory is given");
	if (directory >= 0)
		close(directory);
}

static bool glance(void)
{
	int directory = -1;
	bool found = vns_glance_find(&place, "/bin/sh", "/home/alice", NULL,
				     &directory);

	if (directory >= 0)
		close(directory);
	return found;
}

static void test_places(void)
{
	const int pid = place.pid;

	about("a root that nobody is known to have mounted");
	place.pid = 0;
	is_number(glance(), false, "a glance is not enough");
	place.pid = pid;
	about("a place with a user namespace");
	place.ns[VNS_NS_USER] = place.root;
	is_number(glance(), false, "a glance is not enough");
	place.ns[VNS_NS_USER] = -1;
	is_number(glance(), true, "without the namespace it is enough");
}

/* What the children have cost that were waited for. */
static long spent(void)
{
	struct rusage usage;

	need(getrusage(RUSAGE_CHILDREN, &usage) == 0, "getrusage");
	return usage.ru_minflt;
}

static void test_children(void)
{
	struct vns_account account = {
		.pw = { .pw_name = (char *)"alice",
			.pw_dir = (char *)"/home/alice" },
	};
	struct vns_preflight_view view;
	struct vns_error err;
	long before = spent();

	about("a look at what is there");
	is_number(vns_preflight_look(&place, &account, "/bin/sh", "/desk",
				     &view, &err),
		  0, "it succeeds");
	ok(view.found.shell && view.found.home && is_at("desk", view.directory),
	   "all is found");
	close(view.directory);
	is_number(spent(), before, "no child is needed");
	about("a look at what is missing");
	is_number(vns_preflight_look(&place, &account, "/missing", NULL, &view,
				     &err),
		  0, "it succeeds");
	ok(!view.found.shell && view.found.home, "the home alone is found");
	close(view.directory);
	ok(spent() > before, "a child has looked");
}

static void test_filesystems(void)
{
	static const struct {
		const char *path;
		bool plain;
	} types[] = { { ".", true }, { "other", true }, { "pts", false } };
	size_t i;

	for (i = 0; i < LENGTH(types); i++) {
		int fd = openat(place.root, types[i].path, O_PATH);

		need(fd >= 0, types[i].path);
		about("the filesystem of \"%s\"", types[i].path);
		is_number(vns_fstype_is_plain(fd, place.pid), types[i].plain,
			  "it is known to ask nobody, or not");
		is_number(vns_fstype_is_plain(fd, getppid()), false,
			  "it is not known from a process that does not have "
			  "it");
		close(fd);
	}
}

int main(void)
{
	unsigned before;
	size_t i;

	if (geteuid() != 0) {
		skip("what is known of a vserver's root", "needs root");
		return finish();
	}
	make_root();
	before = count_descriptors();
	about("a root that nobody has looked into");
	is_number(glance(), true, "a glance is enough, as it was just made");
	for (i = 0; i < LENGTH(rows); i++)
		test_row(&rows[i]);
	test_places();
	test_children();
	test_filesystems();
	about("all glances");
	is_number(count_descriptors(), before, "no descriptor is left");
	remove_root();
	return finish();
}
