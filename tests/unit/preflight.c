/*
 * Tests what a child finds in a vserver's root, and that the caller does not
 * notice the child; see pam_vns/login/preflight.h. Only root can run it, as
 * openat2(2) must go into directories of any mode.
 */
#include "login/preflight.h"
#include "system/inroot.h"

#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char top[] = "/tmp/unit-preflight.XXXXXX";
static struct vns_place place;
static struct vns_preflight_view view;
static struct vns_error err;

static int look(const char *shell, const char *home, const char *cwd)
{
	static gid_t groups[] = { 5001 };
	const struct vns_account account = {
		.pw = { .pw_name = (char *)"alice",
			.pw_uid = 5001,
			.pw_gid = 5001,
			.pw_dir = (char *)home },
		.groups = groups,
		.group_count = 1,
	};

	strcpy(err.text, "untouched");
	return vns_preflight_look(&place, &account, shell, cwd, &view, &err);
}

/* Whether the session would begin at this path in the root. */
static bool begins(const char *path)
{
	struct stat there, here;
	bool same = fstatat(place.root, path, &there, 0) == 0 &&
		    fstat(view.directory, &here) == 0 &&
		    there.st_dev == here.st_dev && there.st_ino == here.st_ino;

	same = same && fcntl(view.directory, F_GETFD) == FD_CLOEXEC &&
	       (fcntl(view.directory, F_GETFL) & O_PATH);
	close(view.directory);
	return same;
}

static void make_root(void)
{
	need(mkdtemp(top) && chdir(top) == 0, top);
	need(mkdir("bin", 0755) == 0 && mkdir("home", 0755) == 0 &&
		     mkdir("home/alice", 0700) == 0 && mkdir("desk", 0) == 0,
	     "directories");
	need(mknod("bin/sh", S_IFREG | 0755, 0) == 0 &&
		     mknod("bin/plain", S_IFREG | 0644, 0) == 0 &&
		     mknod("bin/fifo", S_IFIFO | 0755, 0) == 0 &&
		     mknod("bin/socket", S_IFSOCK | 0755, 0) == 0,
	     "files");
	need(symlink("loop", "bin/loop") == 0 &&
		     symlink("../../../../bin/sh", "bin/out") == 0 &&
		     symlink("/bin/sh", "bin/absolute") == 0 &&
		     symlink("/home", "moved") == 0,
	     "links");
	place = VNS_PLACE_NONE;
	place.root = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	need(place.root >= 0, top);
}

static void test_shells(void)
{
	static const struct {
		const char *shell;
		bool found;
	} rows[] = {
		{ "/bin/sh", true },	   { NULL, false },
		{ "/bin/out", true },	   { "/bin/absolute", true },
		{ "/bin/plain", false },   { "/bin/fifo", false },
		{ "/bin/socket", false },  { "/bin/loop", false },
		{ "/bin/missing", false }, { "/bin", false },
		{ "/bin/sh/x", false },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		about("a root where the user's shell is \"%s\"",
		      rows[i].shell ? rows[i].shell : "(not looked for)");
		is_number(look(rows[i].shell, "/", NULL), 0,
			  "looking is no error");
		is_number(view.found.shell, rows[i].found, "the shell is %s",
			  rows[i].found ? "found" : "not found");
		ok(view.found.programs, "there are programs");
		ok(begins("."), "the session begins at the home \"/\"");
	}
	is_string(err.text, "untouched", "looking sets no error message");
}

/* Where there is no shell, it is told whether there could be one at all. */
static void test_programs(void)
{
	need(rename("bin", "elsewhere") == 0, "rename");
	about("a root without /bin and /usr/bin");
	is_number(look("/bin/sh", "/", NULL), 0, "looking is no error");
	ok(!view.found.shell && !view.found.programs && begins("."),
	   "there are neither the shell nor programs");
	is_number(look(NULL, "/", NULL), 0, "looking for no shell is no error");
	ok(view.found.programs && begins("."),
	   "programs are not looked for without the shell");
	is_number(look("/elsewhere/sh", "/", NULL), 0, "looking is no error");
	ok(view.found.shell && view.found.programs && begins("."),
	   "a shell elsewhere is found, and is a program");
	need(rename("elsewhere", "bin") == 0, "rename");
}

static void test_directories(void)
{
	static const struct {
		const char *home, *cwd, *begin;
		bool found;
	} rows[] = {
		{ "/home/alice", NULL, "home/alice", true },
		{ "/home/alice", "", "home/alice", true },
		{ "/home/alice", "/desk", "desk", true },
		{ "/home/alice", "/missing", "home/alice", true },
		{ "/home/alice", "/bin/sh", "home/alice", true },
		{ "/moved/alice", NULL, "home/alice", true },
		{ "/../../home", NULL, "home", true },
		{ "", NULL, ".", true },
		{ "/missing", "/desk", "desk", false },
		{ "/bin/fifo", "/moved", "home", false },
		{ "/bin/loop", NULL, NULL, false },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		about("a root where the home is \"%s\" and the directory "
		      "\"%s\"",
		      rows[i].home, rows[i].cwd ? rows[i].cwd : "(none)");
		is_number(look("/bin/sh", rows[i].home, rows[i].cwd), 0,
			  "looking is no error");
		is_number(view.found.home, rows[i].found, "the home is %s",
			  rows[i].found ? "found" : "not found");
		if (rows[i].begin)
			ok(begins(rows[i].begin),
			   "the session begins in \"%s\"", rows[i].begin);
		else
			is_number(view.directory, -1,
				  "the session begins in no directory of its "
				  "own");
		ok(!view.cwd_silent, "the directory that is looked at answers");
	}
}

static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
	(void)number;
	signalled++;
}

/*
 * A daemon may handle or ignore the end of its children; the child that looks
 * is not one of these.
 */
static void test_caller(void)
{
	struct sigaction action = { .sa_handler = on_signal }, left;
	sigset_t some, now;
	char cwd[64];

	sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&some);
	sigaddset(&some, SIGUSR2);
	sigprocmask(SIG_SETMASK, &some, NULL);
	about("a caller with a handler of SIGCHLD");
	is_number(look("/bin/sh", "/missing", NULL), 0, "looking is no error");
	sigprocmask(SIG_SETMASK, NULL, &now);
	ok(sigismember(&now, SIGUSR2) == 1 && sigismember(&now, SIGTERM) == 0,
	   "the caller's signal mask is left alone");
	sigaction(SIGCHLD, NULL, &left);
	ok(left.sa_handler == on_signal && !signalled,
	   "the handler stays, and is not called");
	signal(SIGCHLD, SIG_IGN);
	about("a caller that ignores SIGCHLD");
	is_number(look("/bin/sh", "/missing", NULL), 0, "looking is no error");
	ok(view.found.shell, "the shell is found");
	signal(SIGCHLD, SIG_DFL);
	is_number(waitpid(-1, NULL, WNOHANG | __WALL), -1, "no child is left");
	ok(getcwd(cwd, sizeof(cwd)) && strcmp(cwd, top) == 0,
	   "the caller's directory is left alone");
}

/* openat2(2) gives up on ".." while anybody renames anything. */
static void test_renames(void)
{
	pid_t pid = fork();
	int i, failed = 0;

	if (pid == 0)
		for (;;) {
			rename("home/alice", "home/bob");
			rename("home/bob", "home/alice");
		}
	need(pid > 0, "fork");
	about("a root with renames");
	for (i = 0; i < 3000; i++) {
		int fd = vns_inroot_open(place.root, "/bin/out", O_PATH,
					 VNS_INROOT_CHROOT);

		failed += fd < 0;
		close(fd);
	}
	is_number(failed, 0,
		  "a path with .. is opened 3000 times while somebody renames "
		  "on it");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	rename("home/bob", "home/alice");
}

/* The child keeps few descriptors, whose numbers may be any. */
static void test_descriptors(void)
{
	int low = dup(place.root), high = fcntl(place.root, F_DUPFD, 200);
	int kept = place.root;

	need(low >= 0 && high >= 0, "dup");
	place.root = high;
	place.guard = 0;
	place.process = low;
	about("a place whose descriptors are 0, low and high ones");
	is_number(look("/bin/sh", "/missing", "/desk"), 0,
		  "looking is no error");
	place = VNS_PLACE_NONE;
	place.root = kept;
	ok(view.found.shell && begins("desk"),
	   "the shell and the directory are found");
	close(low);
	close(high);
}

static void test_low_descriptors(void)
{
	int standard = dup(0);

	need(standard >= 0 && close(0) == 0, "close");
	about("a caller without descriptor 0");
	is_number(look("/bin/sh", "/missing", NULL), 0, "looking is no error");
	ok(view.found.shell, "the shell is found");
	need(dup2(standard, 0) == 0 && close(standard) == 0, "dup2");
}

static void remove_root(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", top);
	need(chdir("/") == 0 && system(command) == 0, command);
}

int main(void)
{
	unsigned before;

	if (geteuid() != 0) {
		skip("what a child finds in a vserver's root", "needs root");
		return finish();
	}
	make_root();
	before = count_descriptors();
	test_shells();
	test_programs();
	test_directories();
	test_caller();
	test_renames();
	test_descriptors();
	test_low_descriptors();
	about("all looks into a root");
	is_number(count_descriptors(), before, "no descriptor is left");
	remove_root();
	return finish();
}
