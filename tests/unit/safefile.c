/*
 * Tests which real files are trusted and which are refused; see
 * pam_vns/system/safefile.h. Only root can run it.
 */
#include "system/safefile.h"

#include "tap.h"
#include "lib/util.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* It is below /run, as every directory on the way there is root's. */
static char base[] = "/run/unit-safefile.XXXXXX";

static void make_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text),
	     path);
	need(fchmod(fd, mode) == 0 && close(fd) == 0, path);
}

static void make_dir(const char *path, mode_t mode, uid_t uid)
{
	need(mkdir(path, 0700) == 0 && chmod(path, mode) == 0 &&
		     chown(path, uid, 0) == 0,
	     path);
}

static void make_link(const char *target, const char *path, uid_t uid)
{
	need(symlink(target, path) == 0 && lchown(path, uid, 0) == 0, path);
}

static void make_files(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX,
				       .sun_path = "socket" };
	int i, fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char from[16], to[16];

	make_file("good", "good\n", 0644);
	make_file("empty", "", 0600);
	make_file("group", "x", 0664);
	make_file("others", "x", 0646);
	make_file("theirs", "x", 0644);
	need(chown("theirs", 1234, 0) == 0, "chown");
	need(mkfifo("fifo", 0600) == 0, "mkfifo");
	need(fd >= 0 && bind(fd, (struct sockaddr *)&address,
			     sizeof(address)) == 0,
	     "bind");
	close(fd);
	make_dir("dir", 0755, 0);
	make_file("dir/file", "below\n", 0644);
	make_dir("dir-group", 0775, 0);
	make_file("dir-group/file", "x", 0644);
	make_dir("dir-sticky", 01777, 0);
	make_file("dir-sticky/file", "x", 0644);
	make_dir("dir-theirs", 0755, 1234);
	make_file("dir-theirs/file", "x", 0644);
	make_dir("dir-theirs/dir", 0755, 0);
	make_file("dir-theirs/dir/file", "x", 0644);
	make_link("dir", "link", 0);
	make_link("dir", "link-theirs", 1234);
	make_link("good", "link-file", 0);
	make_link("loop", "loop", 0);
	make_link("nowhere", "dangling", 0);
	make_link("dir-theirs/dir", "link-through", 0);
	make_link("link-theirs", "link-to-theirs", 0);
	make_link("../dir", "dir/up", 0);
	make_link("/etc", "absolute", 0);
	make_link("/../../../etc", "absolute-up", 0);
	/* From l1 to l9, each has one link more than the one before. */
	make_link("dir", "l1", 0);
	for (i = 2; i <= 9; i++) {
		sprintf(from, "l%d", i);
		sprintf(to, "l%d", i - 1);
		make_link(to, from, 0);
	}
}

#define UNTRUSTED_DIR \
	"a directory on this path is not root's or is writable by others"

/* The paths are below base; message is what follows the path. */
static const struct {
	const char *path;
	enum vns_safefile_kind kind;
	int rc;
	const char *message;
} table[] = {
	{ "good", VNS_SAFEFILE_CONFIG, 0, NULL },
	{ "empty", VNS_SAFEFILE_CONFIG, 0, NULL },
	{ "dir/file", VNS_SAFEFILE_CONFIG, 0, NULL },
	{ "dir//file", VNS_SAFEFILE_CONFIG, 0, NULL },
	{ "dir/./file", VNS_SAFEFILE_CONFIG, 0, NULL },
	{ "dir/../good", VNS_SAFEFILE_CONFIG, 0, NULL },
	{ "none", VNS_SAFEFILE_CONFIG, -ENOENT, "No such file or directory" },
	{ "none/file", VNS_SAFEFILE_CONFIG, -ENOENT,
	  "No such file or directory" },
	{ "none/../good", VNS_SAFEFILE_CONFIG, -ENOENT,
	  "No such file or directory" },
	{ "good/file", VNS_SAFEFILE_CONFIG, -ENOTDIR, "Not a directory" },
	{ "group", VNS_SAFEFILE_CONFIG, -EPERM,
	  "must not be writable by group or others (chmod go-w)" },
	{ "others", VNS_SAFEFILE_CONFIG, -EPERM,
	  "must not be writable by group or others (chmod go-w)" },
	{ "theirs", VNS_SAFEFILE_CONFIG, -EPERM,
	  "must belong to root (chown root)" },
	{ "fifo", VNS_SAFEFILE_CONFIG, -EPERM, "not a regular file" },
	{ "dir", VNS_SAFEFILE_CONFIG, -EPERM, "not a regular file" },
	{ "dir/..", VNS_SAFEFILE_CONFIG, -EPERM, "not a regular file" },
	{ "socket", VNS_SAFEFILE_CONFIG, -ENXIO, "No such device or address" },

	/* A link at the end is never followed, even if it is root's. */
	{ "link-file", VNS_SAFEFILE_CONFIG, -ELOOP,
	  "must not be a symbolic link" },
	{ "dangling", VNS_SAFEFILE_CONFIG, -ELOOP,
	  "must not be a symbolic link" },
	{ "link-file", VNS_SAFEFILE_ANY, -ELOOP,
	  "must not be a symbolic link" },
	{ "link-file", VNS_SAFEFILE_PATH, -ELOOP,
	  "must not be a symbolic link" },
	{ "link", VNS_SAFEFILE_DIRECTORY, -ELOOP,
	  "must not be a symbolic link" },
	{ "link", VNS_SAFEFILE_ROOT, -ELOOP, "must not be a symbolic link" },
	{ "link/", VNS_SAFEFILE_ROOT, -ELOOP, "must not be a symbolic link" },

	/* On the way, only root's links to root's directories are followed. */
	{ "link/file", VNS_SAFEFILE_CONFIG, 0, NULL },
	{ "dir/up/up/file", VNS_SAFEFILE_CONFIG, 0, NULL },
	{ "absolute/passwd", VNS_SAFEFILE_CONFIG, 0, NULL },
	{ "absolute-up/passwd", VNS_SAFEFILE_CONFIG, 0, NULL },
	{ "link-theirs/file", VNS_SAFEFILE_CONFIG, -EPERM,
	  "a symbolic link on this path is not root's" },
	{ "link-to-theirs/file", VNS_SAFEFILE_CONFIG, -EPERM,
	  "a symbolic link on this path is not root's" },
	{ "link-through/file", VNS_SAFEFILE_CONFIG, -EPERM, UNTRUSTED_DIR },
	{ "dangling/file", VNS_SAFEFILE_CONFIG, -ENOENT,
	  "No such file or directory" },
	{ "loop/file", VNS_SAFEFILE_CONFIG, -ELOOP,
	  "Too many levels of symbolic links" },
	{ "l8/file", VNS_SAFEFILE_CONFIG, 0, NULL },
	{ "l9/file", VNS_SAFEFILE_CONFIG, -ELOOP,
	  "Too many levels of symbolic links" },

	{ "dir-group/file", VNS_SAFEFILE_CONFIG, -EPERM, UNTRUSTED_DIR },
	{ "dir-sticky/file", VNS_SAFEFILE_CONFIG, -EPERM, UNTRUSTED_DIR },
	{ "dir-theirs/file", VNS_SAFEFILE_CONFIG, -EPERM, UNTRUSTED_DIR },
	{ "dir-theirs/dir/file", VNS_SAFEFILE_CONFIG, -EPERM, UNTRUSTED_DIR },
	{ "dir-theirs/../good", VNS_SAFEFILE_CONFIG, -EPERM, UNTRUSTED_DIR },
	{ "dir-theirs/file", VNS_SAFEFILE_ANY, -EPERM, UNTRUSTED_DIR },
	{ "dir-theirs/dir", VNS_SAFEFILE_ROOT, -EPERM, UNTRUSTED_DIR },

	{ "dir", VNS_SAFEFILE_DIRECTORY, 0, NULL },
	{ "dir/", VNS_SAFEFILE_DIRECTORY, 0, NULL },
	{ "dir-theirs", VNS_SAFEFILE_DIRECTORY, -EPERM,
	  "must belong to root and not be writable by others" },
	{ "dir-group", VNS_SAFEFILE_DIRECTORY, -EPERM,
	  "must belong to root and not be writable by others" },
	{ "dir-sticky", VNS_SAFEFILE_DIRECTORY, -EPERM,
	  "must belong to root and not be writable by others" },
	{ "good", VNS_SAFEFILE_DIRECTORY, -ENOTDIR, "Not a directory" },
	{ "fifo", VNS_SAFEFILE_DIRECTORY, -ENOTDIR, "Not a directory" },
	{ "dir-theirs", VNS_SAFEFILE_ROOT, 0, NULL },
	{ "dir-sticky", VNS_SAFEFILE_ROOT, 0, NULL },
	{ "theirs", VNS_SAFEFILE_ROOT, -ENOTDIR, "Not a directory" },
	{ "theirs", VNS_SAFEFILE_PATH, 0, NULL },
	{ "socket", VNS_SAFEFILE_PATH, 0, NULL },
	{ "fifo", VNS_SAFEFILE_PATH, 0, NULL },
	{ "dir", VNS_SAFEFILE_PATH, 0, NULL },
	{ "theirs", VNS_SAFEFILE_ANY, 0, NULL },
	{ "fifo", VNS_SAFEFILE_ANY, 0, NULL },
};

static const char *const kinds[] = {
	[VNS_SAFEFILE_CONFIG] = "a file",
	[VNS_SAFEFILE_DIRECTORY] = "a directory of root's",
	[VNS_SAFEFILE_ROOT] = "a vserver's root",
	[VNS_SAFEFILE_PATH] = "a path",
	[VNS_SAFEFILE_ANY] = "a file of any type",
};

static void test_row(size_t i)
{
	char path[PATH_MAX], expected[VNS_ERROR_MAX] = "untouched";
	struct vns_error err = { "untouched" };
	struct stat opened, there;
	int fd = -1, rc;

	snprintf(path, sizeof(path), "%s/%s", base, table[i].path);
	rc = vns_safefile_open(path, table[i].kind, &fd, &err);
	about("vns_safefile_open of \"%s\" as %s", table[i].path,
	      kinds[table[i].kind]);
	is_number(rc, table[i].rc, "it %s",
		  table[i].rc < 0 ? "is refused" : "succeeds");
	if (table[i].rc < 0)
		snprintf(expected, sizeof(expected), "%.300s: %s", path,
			 table[i].message);
	is_string(err.text, expected, "%s",
		  table[i].rc < 0 ? "error message" :
				    "no error message is set");
	if (table[i].rc == 0)
		ok(rc == 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC &&
			   fstat(fd, &opened) == 0 && stat(path, &there) == 0 &&
			   opened.st_ino == there.st_ino &&
			   opened.st_dev == there.st_dev,
		   "the descriptor is this file's, and close-on-exec");
	else
		is_number(fd, -1, "there is no descriptor");
	vns_safefile_close(&fd);
}

static void test_odd_paths(void)
{
	static char longest[PATH_MAX + 2] = "/";
	char name[NAME_MAX + 3] = "/";
	struct vns_error err = { "" };
	int fd = -1;

	about("vns_safefile_open of odd paths");
	is_number(vns_safefile_open("good", VNS_SAFEFILE_CONFIG, &fd, &err),
		  -EINVAL, "a relative path is refused");
	is_number(vns_safefile_open("", VNS_SAFEFILE_CONFIG, &fd, &err),
		  -EINVAL, "an empty path is refused");
	is_number(vns_safefile_open("/", VNS_SAFEFILE_CONFIG, &fd, &err),
		  -EISDIR, "the root directory as a file is refused");
	is_number(vns_safefile_open("/dev/null", VNS_SAFEFILE_CONFIG, &fd,
				    &err),
		  -EPERM, "a device is refused");
	is_string(err.text, "/dev/null: not a regular file",
		  "the error message of a device");
	memset(name + 1, 'n', NAME_MAX + 1);
	is_number(vns_safefile_open(name, VNS_SAFEFILE_CONFIG, &fd, &err),
		  -ENAMETOOLONG, "a name of 256 bytes is refused");
	name[NAME_MAX + 1] = '\0';
	is_number(vns_safefile_open(name, VNS_SAFEFILE_CONFIG, &fd, &err),
		  -ENOENT, "a name of 255 bytes is looked for");
	memset(longest + 1, '/', PATH_MAX);
	is_number(vns_safefile_open(longest, VNS_SAFEFILE_CONFIG, &fd, &err),
		  -EINVAL, "a path of 4097 bytes is refused");
	is_number(fd, -1, "none of them gives a descriptor");
}

/* The link's target and the path behind the link are too long together. */
static void test_long_link(void)
{
	static char target[3000], path[3000];
	struct vns_error err = { "" };
	int fd = -1;

	memset(target, '/', sizeof(target) - 1);
	make_link(target, "long", 0);
	snprintf(path, sizeof(path), "%s/long/%02000d", base, 0);
	about("vns_safefile_open with a link that makes the path too long");
	is_number(vns_safefile_open(path, VNS_SAFEFILE_CONFIG, &fd, &err),
		  -ENAMETOOLONG, "it is refused");
	is_number(fd, -1, "there is no descriptor");
}

static void test_read(void)
{
	char path[PATH_MAX], *text = NULL, *big;
	struct vns_error err = { "" };
	size_t length = 7;

	snprintf(path, sizeof(path), "%s/good", base);
	about("vns_safefile_read of a file of exactly the limit");
	is_number(vns_safefile_read(path, 5, &text, &length, &err), 0,
		  "it succeeds");
	is_string(text, "good\n", "its text");
	is_number(length, 5, "its length");
	free(text);
	text = NULL;
	about("vns_safefile_read of a file of one byte more than the limit");
	is_number(vns_safefile_read(path, 4, &text, &length, &err), -EFBIG,
		  "it is refused");
	ok(!text, "there is no text");

	snprintf(path, sizeof(path), "%s/empty", base);
	about("vns_safefile_read of an empty file");
	is_number(vns_safefile_read(path, 4, &text, &length, &err), 0,
		  "it succeeds");
	ok(text && !*text && length == 0, "the text and the length are empty");
	free(text);
	text = NULL;

	big = calloc(1, 100001);
	need(big, "calloc");
	memset(big, 'x', 100000);
	make_file("big", big, 0644);
	snprintf(path, sizeof(path), "%s/big", base);
	about("vns_safefile_read of a file of 100000 bytes");
	is_number(vns_safefile_read(path, 100000, &text, &length, &err), 0,
		  "it succeeds");
	ok(text && length == 100000 && strcmp(text, big) == 0,
	   "the text is the file's, to the last byte");
	free(text);
	free(big);
	text = NULL;
	/* The size of this file is said to be 0. */
	about("vns_safefile_read of a file in /proc that claims 0 bytes");
	is_number(vns_safefile_read("/proc/version", 100000, &text, &length,
				    &err),
		  0, "it succeeds");
	ok(text && length > 10, "there is text");
	free(text);
}

static void test_write(void)
{
	int directory = open(base, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char path[PATH_MAX], name[NAME_MAX + 1], *text = NULL;
	struct vns_error err = { "" };
	struct stat st;
	size_t length;
	mode_t mask = umask(0077);

	need(directory >= 0, base);
	about("vns_safefile_write of an existing file");
	is_number(vns_safefile_write(directory, "good", "new\n", &err), 0,
		  "it succeeds");
	snprintf(path, sizeof(path), "%s/good", base);
	need(vns_safefile_read(path, 100, &text, &length, &err) == 0, err.text);
	is_string(text, "new\n", "the file has the new text");
	free(text);
	need(stat(path, &st) == 0, path);
	is_number(st.st_mode & 07777, 0644, "the mode is 0644 with umask 0077");
	is_number(umask(mask), 0077, "the umask is left alone");
	is_number(access(".good.new", F_OK), -1, "no temporary file is left");

	make_link("/etc/passwd", ".good.new", 0);
	about("vns_safefile_keep with a link as the temporary file");
	is_number(vns_safefile_keep(directory, "good", "kept\n", &err), 0,
		  "it succeeds");
	need(vns_safefile_read(path, 100, &text, &length, &err) == 0, err.text);
	is_string(text, "kept\n",
		  "the file has the new text, and the link was not followed");
	free(text);
	need(mkdir(".good.new", 0755) == 0, "mkdir");
	about("vns_safefile_write");
	ok(vns_safefile_write(directory, "good", "x\n", &err) < 0,
	   "a directory as the temporary file is an error");
	need(rmdir(".good.new") == 0, "rmdir");
	need(mkdir("full", 0755) == 0, "mkdir");
	ok(vns_safefile_write(directory, "full", "x\n", &err) < 0,
	   "a directory is not replaced");
	is_number(access(".full.new", F_OK), -1,
		  "a failure leaves no temporary file");
	need(rmdir("full") == 0, "rmdir");
	memset(name, 'n', NAME_MAX);
	name[NAME_MAX] = '\0';
	is_number(vns_safefile_write(directory, name, "x", &err), -ENAMETOOLONG,
		  "a name whose temporary name is too long is refused");
	close(directory);
}

int main(void)
{
	unsigned before;
	char command[PATH_MAX];
	size_t i;

	if (geteuid() != 0) {
		skip("files that are not to be trusted", "needs root");
		return finish();
	}
	need(mkdtemp(base) && chmod(base, 0755) == 0 && chdir(base) == 0, base);
	umask(022);
	make_files();
	before = count_descriptors();
	for (i = 0; i < LENGTH(table); i++)
		test_row(i);
	test_odd_paths();
	test_long_link();
	test_read();
	test_write();
	about("all files that were opened");
	is_number(count_descriptors(), before, "no descriptor is left");
	snprintf(command, sizeof(command), "rm -rf %s", base);
	ok(system(command) == 0, "the files are removed");
	return finish();
}
