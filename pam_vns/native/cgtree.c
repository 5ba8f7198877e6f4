/*
 * Makes cgroups, enables controllers and writes limits, and signals, kills and
 * waits for the processes in a cgroup before it is removed.
 */
#include "native/cgtree.h"

#include "lib/cgname.h"
#include "system/cgroup.h"
#include "system/safefile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Lists of controllers are shorter, and cgroups are nested less deeply. */
#define LIST_SIZE 512
#define DEPTH_MAX 32
/*
 * How often to try again if another start removes a cgroup that is about to be
 * used.
 */
#define ATTEMPTS 8
#define STEP_MS 20
/* Enough for one line for each of the 4 million processes that can exist. */
#define PROCS_MAX (32UL * 1024 * 1024)

/* --- limits ------------------------------------------------------------ */

static int find_controllers(int directory, const struct vns_vserver *vserver,
			    struct vns_error *err)
{
	char has[LIST_SIZE], controller[VNS_CGNAME_CONTROLLER_MAX];
	int rc = vns_cgroup_read(directory, "cgroup.controllers", has,
				 sizeof(has), err);
	size_t i;

	if (rc < 0)
		return rc;
	has[strcspn(has, "\n")] = '\0';
	for (i = 0; i < vserver->limit_count; i++) {
		const char *file = vserver->limits[i].file;

		if (vns_cgname_controller(file, controller) &&
		    !vns_cgname_listed(has, controller))
			return vns_error_set(
				err, EOPNOTSUPP,
				"limits: %s needs the controller \"%s\", "
				"which cgroup v2 does not have here (its "
				"controllers: %s); where cgroup v1 has it, "
				"boot with cgroup_no_v1=all",
				file, controller, *has ? has : "none");
	}
	return 0;
}

static int enable(int directory, const char *controller, struct vns_error *err)
{
	char has[LIST_SIZE], text[VNS_CGNAME_CONTROLLER_MAX + 1];
	int rc = vns_cgroup_read(directory, "cgroup.subtree_control", has,
				 sizeof(has), err);

	if (rc < 0 || vns_cgname_listed(has, controller))
		return rc;
	snprintf(text, sizeof(text), "+%s", controller);
	rc = vns_cgroup_write(directory, "cgroup.subtree_control", text, err);
	if (rc == -EBUSY)
		return vns_error_set(err, EBUSY,
				     "controller \"%s\" cannot be enabled, as "
				     "there are processes beside those of "
				     "vservers; give vservers a cgroup to "
				     "themselves: cgroup = \"vns/%%n\"",
				     controller);
	if (rc < 0)
		vns_error_context(err, "enabling controller \"%s\"",
				  controller);
	return rc;
}

static int enable_all(int directory, const struct vns_vserver *vserver,
		      const char *path, struct vns_error *err)
{
	char controller[VNS_CGNAME_CONTROLLER_MAX];
	int rc = 0;
	size_t i;

	for (i = 0; rc == 0 && i < vserver->limit_count; i++)
		if (vns_cgname_controller(vserver->limits[i].file, controller))
			rc = enable(directory, controller, err);
	if (rc < 0)
		vns_error_context(err, "cgroup \"%s\"", path);
	return rc;
}

static int write_limits(int directory, const struct vns_vserver *vserver,
			struct vns_error *err)
{
	size_t i, k;

	for (i = 0; i < vserver->limit_count; i++) {
		const struct vns_limit *limit = &vserver->limits[i];

		for (k = 0; k < limit->values.count; k++) {
			const char *value = limit->values.items[k];
			int rc = vns_cgroup_write(directory, limit->file, value,
						  err);

			if (rc == -ENOENT)
				return vns_error_set(err, EOPNOTSUPP,
						     "limits: this kernel has "
						     "no %s",
						     limit->file);
			if (rc < 0) {
				vns_error_context(err, "limits: \"%s\"", value);
				return rc;
			}
		}
	}
	return 0;
}

/* If nobody asked for a cgroup, the mount is not searched for. */
static int open_mount(const struct vns_vserver *vserver, int *mount,
		      struct vns_error *err)
{
	return vserver->cgroup_usual ? vns_cgroup_usual_mount(mount, err) :
				       vns_cgroup_mount(mount, err);
}

int vns_cgtree_check(const struct vns_vserver *vserver, struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;
	struct vns_error ignored;

	if (open_mount(vserver, &mount, &ignored) < 0)
		return 0;
	return find_controllers(mount, vserver, err);
}

/* --- removing cgroups -------------------------------------------------- */

static int open_below(int parent, const char *name)
{
	return openat(parent, name,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void remove_below(int directory, unsigned depth)
{
	DIR *list = fdopendir(open_below(directory, "."));
	struct dirent *entry;

	if (!list)
		return;
	while ((entry = readdir(list))) {
		VNS_AUTOCLOSE int child = -1;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		child = open_below(directory, entry->d_name);
		if (child >= 0 && depth < DEPTH_MAX)
			remove_below(child, depth + 1);
		unlinkat(directory, entry->d_name, AT_REMOVEDIR);
	}
	closedir(list);
}

/* Removes the cgroup, which no process is in, with all cgroups below it. */
static int remove_tree(int mount, const char *cgroup, int directory,
		       struct vns_error *err)
{
	remove_below(directory, 0);
	if (unlinkat(mount, cgroup, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	return vns_error_errno(err, errno, "removing cgroup \"%s\"", cgroup);
}

/* --- making cgroups ---------------------------------------------------- */

static int refuse_used(const char *cgroup, struct vns_error *err)
{
	unsigned count = 0;
	int example = 0;

	(void)vns_cgtree_signal(cgroup, 0, NULL, NULL, &count, &example, err);
	return vns_error_set(err, EEXIST,
			     "cgroup \"%s\" is in use (process %d is in it, or "
			     "one below): give the vserver one of its own",
			     cgroup, example);
}

static int make_way(int mount, const char *cgroup, struct vns_error *err)
{
	VNS_AUTOCLOSE int old = -1;
	bool populated = false;
	int rc = vns_cgroup_open_at(mount, cgroup, &old, err);

	if (rc == 0)
		rc = vns_cgroup_populated(old, 0, &populated, err);
	if (rc < 0)
		return rc;
	return populated ? refuse_used(cgroup, err) :
			   remove_tree(mount, cgroup, old, err);
}

/* Makes one of the parents; path is the cgroup's path up to that parent. */
static int make_above(int mount, const struct vns_vserver *vserver,
		      const char *path, struct vns_cgtree *tree,
		      struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	int rc;

	if (mkdirat(mount, path, 0755) < 0) {
		if (errno != EEXIST)
			return vns_error_errno(err, errno, "cgroup \"%s\"",
					       path);
		if (tree->found < strlen(path))
			tree->found = strlen(path);
	}
	rc = vns_cgroup_open_at(mount, path, &directory, err);
	return rc < 0 ? rc : enable_all(directory, vserver, path, err);
}

static int make_last(int mount, const char *cgroup, struct vns_error *err)
{
	int rc;

	if (mkdirat(mount, cgroup, 0755) == 0)
		return 0;
	rc = errno == EEXIST ?
		     make_way(mount, cgroup, err) :
		     vns_error_errno(err, errno, "cgroup \"%s\"", cgroup);
	if (rc == 0 && mkdirat(mount, cgroup, 0755) < 0)
		rc = vns_error_errno(err, errno, "cgroup \"%s\"", cgroup);
	return rc;
}

static int make_path(int mount, const struct vns_vserver *vserver,
		     struct vns_cgtree *tree, struct vns_error *err)
{
	const char *cgroup = vserver->cgroup;
	const char *slash = cgroup;
	char path[PATH_MAX];
	int rc = enable_all(mount, vserver, "/", err);

	while (rc == 0 && (slash = strchr(slash, '/'))) {
		vns_util_format(path, sizeof(path), "%.*s",
				(int)(slash - cgroup), cgroup);
		rc = make_above(mount, vserver, path, tree, err);
		slash++;
	}
	if (rc < 0)
		return rc;
	rc = make_last(mount, cgroup, err);
	if (rc < 0)
		return rc;
	tree->cgroup = cgroup;
	return vns_cgroup_open_at(mount, cgroup, &tree->directory, err);
}

/* Removes the cgroups that did not exist before, the innermost first. */
static void remove_made(int mount, const char *cgroup, size_t found)
{
	char path[PATH_MAX];
	char *slash;

	vns_util_format(path, sizeof(path), "%s", cgroup);
	while (strlen(path) > found) {
		if (unlinkat(mount, path, AT_REMOVEDIR) < 0 && errno != ENOENT)
			return;
		slash = strrchr(path, '/');
		if (!slash)
			return;
		*slash = '\0';
	}
}

static int make_once(int mount, const struct vns_vserver *vserver,
		     struct vns_cgtree *tree, struct vns_error *err)
{
	int rc = make_path(mount, vserver, tree, err);

	if (rc == 0)
		rc = write_limits(tree->directory, vserver, err);
	if (rc == 0)
		return 0;
	vns_cgtree_close(tree);
	remove_made(mount, vserver->cgroup, tree->found);
	*tree = VNS_CGTREE_NONE;
	return rc;
}

int vns_cgtree_make(const struct vns_vserver *vserver, struct vns_cgtree *tree,
		    struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;
	int attempt, rc;

	if (!vserver->cgroup)
		return 0;
	rc = open_mount(vserver, &mount, err);
	if (rc == 0)
		rc = find_controllers(mount, vserver, err);
	if (rc < 0)
		return rc;
	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		*tree = VNS_CGTREE_NONE;
		rc = make_once(mount, vserver, tree, err);
		if (rc != -ENOENT && rc != -ENODEV)
			break;
	}
	return rc;
}

void vns_cgtree_undo(const struct vns_cgtree *tree)
{
	VNS_AUTOCLOSE int mount = -1;
	struct vns_error ignored;

	if (tree->cgroup && vns_cgroup_mount(&mount, &ignored) == 0)
		remove_made(mount, tree->cgroup, tree->found);
}

void vns_cgtree_close(struct vns_cgtree *tree)
{
	vns_safefile_close(&tree->directory);
	tree->directory = -1;
}

/* --- ending the processes in a cgroup ---------------------------------- */

static bool is_member(const char *cgroup, unsigned long pid)
{
	char name[64], path[PATH_MAX];
	VNS_AUTOFREE char *text = NULL;
	VNS_AUTOCLOSE int fd = -1;
	struct vns_error ignored;
	size_t length;

	snprintf(name, sizeof(name), "/proc/%lu/cgroup", pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	return fd >= 0 &&
	       vns_safefile_slurp(fd, name, 16UL * PATH_MAX, &text, &length,
				  &ignored) == 0 &&
	       vns_cgname_of_process(text, path, sizeof(path)) &&
	       vns_cgname_within(path, cgroup);
}

/* The process that the calling one ends with, or 0. */
static pid_t find_other_self(void)
{
	int signal = 0;

	return prctl(PR_GET_PDEATHSIG, &signal) == 0 && signal ? getppid() : 0;
}

/* Moves a process out of the cgroup if it is in there. */
static int step_out(int mount, const char *cgroup, pid_t pid,
		    struct vns_error *err)
{
	char text[16];

	if (pid == 0 || !is_member(cgroup, (unsigned long)pid))
		return 0;
	snprintf(text, sizeof(text), "%d", (int)pid);
	return vns_cgroup_write(mount, "cgroup.procs", text, err);
}

static int wait_empty(int directory, const char *cgroup, int timeout_ms,
		      struct vns_error *err)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };
	bool populated = false;
	unsigned count = 0;
	int example = 0, waited, rc;

	for (waited = 0;; waited += STEP_MS) {
		rc = vns_cgroup_populated(directory, 0, &populated, err);
		if (rc < 0 || !populated)
			return rc;
		if (waited >= timeout_ms)
			break;
		nanosleep(&step, NULL);
	}
	rc = vns_cgtree_signal(cgroup, 0, NULL, NULL, &count, &example, err);
	return rc < 0 ? rc :
			vns_error_set(err, EBUSY,
				      "process %d (of %u) in cgroup \"%s\" "
				      "does not die",
				      example, count, cgroup);
}

/* Kills everything in the cgroup; opens *mount and *directory on the way. */
static int kill_all(const char *cgroup, int *mount, int *directory,
		    struct vns_error *err)
{
	int rc = vns_cgroup_mount(mount, err);

	if (rc == 0)
		rc = vns_cgroup_open_at(*mount, cgroup, directory, err);
	if (rc < 0)
		return rc;
	rc = step_out(*mount, cgroup, getpid(), err);
	if (rc == 0)
		rc = step_out(*mount, cgroup, find_other_self(), err);
	if (rc == 0)
		rc = vns_cgroup_write(*directory, "cgroup.kill", "1", err);
	if (rc < 0)
		vns_error_context(err, "cgroup \"%s\"", cgroup);
	return rc;
}

int vns_cgtree_kill(const char *cgroup, struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;
	VNS_AUTOCLOSE int directory = -1;

	return kill_all(cgroup, &mount, &directory, err);
}

int vns_cgtree_end(const char *cgroup, int timeout_ms, struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;
	VNS_AUTOCLOSE int directory = -1;
	int rc = kill_all(cgroup, &mount, &directory, err);

	if (rc == -ENOENT)
		return 0;
	if (rc == 0)
		rc = wait_empty(directory, cgroup, timeout_ms, err);
	return rc < 0 ? rc : remove_tree(mount, cgroup, directory, err);
}

void vns_cgtree_remove_empty(const struct vns_vserver *vserver)
{
	VNS_AUTOCLOSE int mount = -1;
	struct vns_error ignored;

	if (vserver->cgroup && open_mount(vserver, &mount, &ignored) == 0)
		unlinkat(mount, vserver->cgroup, AT_REMOVEDIR);
}

/* --- the processes in a cgroup ----------------------------------------- */

/* With the pidfd open, the pid cannot pass to another process. */
static void send(const char *cgroup, unsigned long pid, int signal)
{
	VNS_AUTOCLOSE int pidfd = (int)syscall(SYS_pidfd_open, (int)pid, 0);

	if (pidfd >= 0 && is_member(cgroup, pid))
		syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int vns_cgtree_signal(const char *cgroup, int signal,
		      bool (*spare)(const void *context, int pid),
		      const void *context, unsigned *count, int *example,
		      struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	VNS_AUTOFREE char *text = NULL;
	VNS_AUTOCLOSE int fd = -1;
	const pid_t other = find_other_self();
	char *line, *rest = NULL;
	unsigned long pid;
	size_t length;
	int rc = vns_cgroup_open(cgroup, &directory, err);

	if (rc < 0)
		return rc;
	fd = openat(directory, "cgroup.procs",
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return vns_error_errno(err, errno, "cgroup.procs");
	rc = vns_safefile_slurp(fd, "cgroup.procs", PROCS_MAX, &text, &length,
				err);
	if (rc < 0)
		return rc;
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (!vns_util_number(line, INT_MAX, &pid) ||
		    pid == (unsigned long)getpid() ||
		    pid == (unsigned long)other ||
		    (spare && spare(context, (int)pid)))
			continue;
		++*count;
		*example = (int)pid;
		if (signal)
			send(cgroup, pid, signal);
	}
	return 0;
}
