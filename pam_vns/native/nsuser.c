/*
 * Goes through /proc, and compares the links of each thread to its namespaces
 * and descriptors, and the mounts of namespaces, with what is wanted.
 */
#include "native/nsuser.h"

#include "lib/procfs.h"
#include "lib/util.h"
#include "native/processes.h"
#include "system/place.h"
#include "system/safefile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

/* How long to wait before the first look again. */
#define STEP_MS 20

static bool identify(int type, int directory, const char *path,
		     vns_nsuser_id id)
{
	struct statx st;

	if (statx(directory, path,
		  (*path ? 0 : AT_EMPTY_PATH) | AT_NO_AUTOMOUNT |
			  AT_STATX_DONT_SYNC,
		  STATX_INO | STATX_CTIME, &st) < 0)
		return false;
	return vns_util_format(id, sizeof(vns_nsuser_id),
			       "%s:[%llu] %u:%u %lld.%09u", vns_nsname(type),
			       (unsigned long long)st.stx_ino, st.stx_dev_major,
			       st.stx_dev_minor, (long long)st.stx_ctime.tv_sec,
			       st.stx_ctime.tv_nsec);
}

bool vns_nsuser_identify(enum vns_ns type, int fd, vns_nsuser_id id)
{
	return identify((int)type, fd, "", id);
}

/*
 * Returns the type of the wanted namespace that the path leads to, whose name,
 * as in "mnt:[4026531841]", the kernel gives; -1 if it is none. Only a file
 * with such a name is asked: others may be a tenant's, who does not answer.
 */
static int match(const vns_nsuser_id *wanted, const char *name, int directory,
		 const char *path)
{
	size_t length = strlen(name);
	vns_nsuser_id id;
	int type;

	for (type = 0; type < VNS_NS_COUNT; type++)
		if (length > 0 && strncmp(wanted[type], name, length) == 0 &&
		    wanted[type][length] == ' ')
			return identify(type, directory, path, id) &&
					       strcmp(id, wanted[type]) == 0 ?
				       type :
				       -1;
	return -1;
}

static int match_link(const vns_nsuser_id *wanted, int directory,
		      const char *path)
{
	char name[64];
	ssize_t length = readlinkat(directory, path, name, sizeof(name) - 1);

	name[length < 0 ? 0 : length] = '\0';
	return match(wanted, name, directory, path);
}

static void keep(struct vns_nsuser *user, int type, int fd)
{
	if (type < 0 || user->type == VNS_NS_MNT ||
	    (user->type >= 0 && type != VNS_NS_MNT))
		return;
	user->type = type;
	user->fd = fd;
}

static DIR *open_directory(int directory, const char *path)
{
	int fd = openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (!stream)
		vns_safefile_close(&fd);
	return stream;
}

static void look_at_descriptors(const vns_nsuser_id *wanted, int tasks,
				const char *thread, struct vns_nsuser *user)
{
	struct dirent *entry;
	unsigned long fd;
	char path[48];
	DIR *links;

	snprintf(path, sizeof(path), "%.20s/fd", thread);
	links = open_directory(tasks, path);
	if (!links)
		return;
	while ((entry = readdir(links)))
		if (vns_util_number(entry->d_name, INT_MAX, &fd))
			keep(user,
			     match_link(wanted, dirfd(links), entry->d_name),
			     (int)fd);
	closedir(links);
}

static void look_at_thread(const vns_nsuser_id *wanted, int tasks,
			   const char *thread, struct vns_nsuser *user)
{
	unsigned long tid;
	char path[48];
	int type;

	if (!vns_util_number(thread, INT_MAX, &tid))
		return;
	for (type = 0; type < VNS_NS_COUNT; type++) {
		snprintf(path, sizeof(path), "%lu/ns/%s", tid,
			 vns_place_file(type, false));
		if (*wanted[type])
			keep(user, match_link(wanted, tasks, path), -1);
	}
	/* Threads mostly have the descriptors of their process. */
	if (tid == user->pid || syscall(SYS_kcmp, (pid_t)user->pid, (pid_t)tid,
					KCMP_FILES, 0UL, 0UL) != 0)
		look_at_descriptors(wanted, tasks, thread, user);
}

static bool look_at_program(const char *path, struct statx *st)
{
	return statx(AT_FDCWD, path, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC,
		     STATX_INO, st) == 0;
}

/* "vns exec" and its like end a moment after what they have run inside. */
static bool is_tool(unsigned long pid)
{
	static const char *const tools[] = { "/proc/self/exe",
					     VNS_SBINDIR "/vnamespace" };
	struct statx program, tool;
	char path[32];
	size_t i;

	snprintf(path, sizeof(path), "/proc/%lu/exe", pid);
	if (!look_at_program(path, &program))
		return false;
	for (i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (look_at_program(tools[i], &tool) &&
		    tool.stx_ino == program.stx_ino &&
		    tool.stx_dev_major == program.stx_dev_major &&
		    tool.stx_dev_minor == program.stx_dev_minor)
			return true;
	return false;
}

static void add(struct vns_nsusers *users, const struct vns_nsuser *user)
{
	if (users->count < VNS_NSUSER_MAX)
		users->first[users->count] = *user;
	users->count++;
}

static void look_at_process(const vns_nsuser_id *wanted, int proc,
			    unsigned long pid, struct vns_nsusers *users)
{
	struct vns_nsuser user = { .type = -1, .pid = pid };
	struct dirent *entry;
	char path[32];
	DIR *tasks;

	snprintf(path, sizeof(path), "%lu/task", pid);
	tasks = open_directory(proc, path);
	if (!tasks)
		return;
	while ((entry = readdir(tasks)))
		look_at_thread(wanted, dirfd(tasks), entry->d_name, &user);
	closedir(tasks);
	if (user.type < 0 || !vns_processes_alive(pid))
		return;
	add(users, &user);
	users->has_tools |= is_tool(pid);
}

static void look_at_mount(const vns_nsuser_id *wanted, char *line,
			  const char *own, struct vns_nsusers *users)
{
	struct vns_nsuser user = { .fd = -1 };
	struct vns_procfs_mount mount;
	size_t length = strlen(own);

	if (!vns_procfs_parse_mount(line, &mount) ||
	    strcmp(mount.type, "nsfs") != 0 ||
	    (strncmp(mount.target, own, length) == 0 &&
	     mount.target[length] == '/'))
		return;
	user.type = match(wanted, mount.root, AT_FDCWD, mount.target);
	if (user.type < 0)
		return;
	snprintf(user.mount, sizeof(user.mount), "%.255s", mount.target);
	add(users, &user);
}

static void look_at_mounts(const vns_nsuser_id *wanted, const char *own,
			   struct vns_nsusers *users)
{
	VNS_AUTOFREE char *line = NULL;
	FILE *file = fopen("/proc/thread-self/mountinfo", "re");
	size_t size = 0;

	if (!file)
		return;
	while (getline(&line, &size, file) > 0)
		look_at_mount(wanted, line, own, users);
	(void)fclose(file);
}

static int look(const vns_nsuser_id *wanted, const char *own,
		struct vns_nsusers *users, struct vns_error *err)
{
	DIR *proc = opendir("/proc");
	unsigned long pid;

	users->count = 0;
	users->has_tools = false;
	if (!proc)
		return vns_error_errno(err, errno, "/proc");
	while ((pid = vns_processes_next(proc)))
		if (pid != (unsigned long)getpid())
			look_at_process(wanted, dirfd(proc), pid, users);
	closedir(proc);
	look_at_mounts(wanted, own, users);
	return 0;
}

int vns_nsuser_find(const vns_nsuser_id wanted[VNS_NS_COUNT], const char *own,
		    unsigned patience_ms, struct vns_nsusers *users,
		    struct vns_error *err)
{
	struct timespec step = { 0, STEP_MS * 1000000L };
	unsigned waited = 0;
	int rc = look(wanted, own, users, err);

	while (rc == 0 && users->has_tools && waited < patience_ms) {
		nanosleep(&step, NULL);
		waited += (unsigned)(step.tv_nsec / 1000000);
		if (step.tv_nsec < 320 * 1000000L)
			step.tv_nsec *= 2;
		rc = look(wanted, own, users, err);
	}
	return rc;
}
