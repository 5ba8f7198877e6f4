/* Opens the pin of the holder, checks it, and opens directories in it. */
#include "vserver/holder.h"

#include "system/safefile.h"
#include "system/vet.h"
#include "vserver/rundir.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define WHAT "run_dir/" VNS_RUNDIR_HOLDER

void vns_holder_close(struct vns_holder *holder)
{
	vns_safefile_close(&holder->mnt);
	vns_safefile_close(&holder->ns);
	*holder = VNS_HOLDER_NONE;
}

static int say_none(struct vns_error *err)
{
	return vns_error_set(err, ESRCH, "not running");
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* What one sees where nothing is pinned, or in another mount namespace. */
static bool is_placeholder(int fd)
{
	struct statfs fs;
	struct stat st;

	return fstatfs(fd, &fs) == 0 && fs.f_type != NSFS_MAGIC &&
	       fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0;
}

/*
 * Whoever was to make the holder may have been killed at it; or ns/ has been
 * removed since, and is another directory now. Such a holder is none. One that
 * cannot be looked at is not such a one: what is pinned in it would be lost.
 */
static int check_root(int run, int root, struct vns_error *err)
{
	struct stat ns, found;

	if (fstat(root, &found) < 0)
		return vns_error_errno(err, errno, WHAT);
	if (fstatat(run, VNS_RUNDIR_NS, &ns, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ?
			       say_none(err) :
			       vns_error_errno(err, errno,
					       "run_dir/" VNS_RUNDIR_NS);
	if (!is_same(&ns, &found))
		return say_none(err);
	return vns_safefile_check_directory(root, "run_dir/" VNS_RUNDIR_NS,
					    err);
}

static int take(int run, int pin, struct vns_holder *holder,
		struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc = vns_vet_mount(pin, VNS_NSSET(VNS_NS_MNT), WHAT, &place, err);

	if (rc == 0)
		rc = check_root(run, place.root, err);
	if (rc < 0)
		return rc;
	holder->mnt = place.ns[VNS_NS_MNT];
	holder->ns = place.root;
	place = VNS_PLACE_NONE;
	return 0;
}

static int open_pin(int run, int *pin, struct vns_error *err)
{
	VNS_AUTOCLOSE int pins =
		openat(run, VNS_RUNDIR_PINS,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int rc;

	if (pins < 0 && errno == ENOENT)
		return say_none(err);
	if (pins < 0)
		return vns_error_errno(err, errno, "run_dir/" VNS_RUNDIR_PINS);
	rc = vns_safefile_check_directory(pins, "run_dir/" VNS_RUNDIR_PINS,
					  err);
	if (rc < 0)
		return rc;
	*pin = openat(pins, VNS_RUNDIR_PINS_ALL,
		      O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW |
			      O_CLOEXEC);
	if ((*pin < 0 && errno == ENOENT) ||
	    (*pin >= 0 && is_placeholder(*pin)))
		return say_none(err);
	return *pin < 0 ? vns_error_errno(err, errno, WHAT) : 0;
}

int vns_holder_open(int run, struct vns_holder *holder, struct vns_error *err)
{
	VNS_AUTOCLOSE int pin = -1;
	struct stat now, open;
	int rc;

	/* What is open has not ended, so its number is nobody else's. */
	if (holder->mnt >= 0 && fstat(holder->mnt, &open) == 0 &&
	    fstatat(run, VNS_RUNDIR_HOLDER, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	    is_same(&now, &open))
		return 0;
	vns_holder_close(holder);
	rc = open_pin(run, &pin, err);
	return rc < 0 ? rc : take(run, pin, holder, err);
}

int vns_holder_home(const struct vns_holder *holder, const char *name,
		    const char *path, int *home, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd =
		openat(holder->ns, name,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int rc;

	if (fd < 0 && errno == ENOENT)
		return say_none(err);
	if (fd < 0)
		return vns_error_errno(err, errno, "%s", path);
	rc = vns_safefile_check_directory(fd, path, err);
	if (rc < 0)
		return rc;
	*home = fd;
	fd = -1;
	return 0;
}
