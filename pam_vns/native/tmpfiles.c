/*
 * Forks a child that gives up its ids, capabilities and descriptors, reads the
 * files, and sends what it has found over a channel, where it is checked again.
 */
#include "native/tmpfiles.h"

#include "lib/util.h"
#include "system/channel.h"
#include "system/deadline.h"
#include "system/descriptors.h"
#include "system/ids.h"
#include "system/safefile.h"
#include "system/seccomp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMEOUT_MS 5000
#define NOBODY 65534
#define FILES_MAX 512
#define SIZE_MAX_OF_FILE (1024UL * 1024)
#define USERS_FROM 1000

/* --- the child ------------------------------------------------------------ */

/* The first of these that has a file of some name hides the others'. */
static const char *const places[] = { "/etc/tmpfiles.d",
				      "/usr/local/lib/tmpfiles.d",
				      "/usr/lib/tmpfiles.d" };
#define PLACES (sizeof(places) / sizeof(places[0]))

struct reader {
	int channel;
	char *passwd, *group; /* or NULL */
	struct vns_strings names;
};

static bool give_up(int channel)
{
	const struct vns_restriction restriction = { true, true };
	struct vns_error ignored;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return vns_descriptors_close(0, &channel, 1) &&
	       vns_seccomp_restrict(&restriction, &ignored) == 0 &&
	       vns_ids_set_groups(NULL, 0) == 0 &&
	       vns_ids_set_gid(NOBODY) == 0 && vns_ids_set_uid(NOBODY) == 0 &&
	       /* The change of ids has reset it. */
	       prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
	       prctl(PR_SET_DUMPABLE, 0) == 0;
}

/* Returns the text of a regular file, or NULL. The caller frees it. */
static char *read_text(const char *path)
{
	VNS_AUTOCLOSE int fd =
		open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct vns_error ignored;
	char *text = NULL;
	struct stat st;
	size_t length;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    vns_safefile_slurp(fd, path, SIZE_MAX_OF_FILE, &text, &length,
			       &ignored) < 0)
		return NULL;
	return text;
}

static void send_dir(const struct reader *reader,
		     const struct vns_tmpfiles_dir *dir)
{
	if (vns_channel_send(reader->channel, dir, sizeof(*dir), NULL, 0, 0) <
	    0)
		_exit(1);
}

static void read_lines(const struct reader *reader, const char *line)
{
	for (; line; line = vns_tmpline_next(line)) {
		struct vns_tmpfiles_dir dir = { .mode = 0 };
		struct vns_tmpline parsed;

		if (!vns_tmpline_parse(line, &parsed) ||
		    !vns_tmpline_id(reader->passwd, parsed.user, &dir.uid) ||
		    !vns_tmpline_id(reader->group, parsed.group, &dir.gid))
			continue;
		memcpy(dir.path, parsed.path, sizeof(dir.path));
		dir.mode = parsed.mode;
		send_dir(reader, &dir);
	}
}

static void read_users(const struct reader *reader)
{
	const char *line;

	for (line = reader->passwd; line; line = vns_tmpline_next(line)) {
		struct vns_tmpfiles_dir dir = { .mode = 0700 };

		if (!vns_tmpline_user(line, &dir.uid, &dir.gid) ||
		    dir.uid < USERS_FROM || dir.uid == NOBODY)
			continue;
		snprintf(dir.path, sizeof(dir.path), "user/%lu", dir.uid);
		send_dir(reader, &dir);
	}
}

static void list_names(struct reader *reader, const char *directory)
{
	struct dirent *entry;
	DIR *stream = opendir(directory);

	while (stream && reader->names.count < FILES_MAX &&
	       (entry = readdir(stream))) {
		const char *dot = strrchr(entry->d_name, '.');

		if (dot && strcmp(dot, ".conf") == 0 &&
		    vns_strings_add(&reader->names, entry->d_name) < 0)
			_exit(1);
	}
	if (stream)
		closedir(stream);
}

/* A file that cannot be read, /dev/null for example, hides the others, too. */
static void read_file(const struct reader *reader, const char *name)
{
	char path[sizeof("/usr/local/lib/tmpfiles.d/") + NAME_MAX];
	struct stat st;
	size_t i;

	for (i = 0; i < PLACES; i++) {
		VNS_AUTOFREE char *text = NULL;

		if (!vns_util_format(path, sizeof(path), "%s/%s", places[i],
				     name) ||
		    lstat(path, &st) < 0)
			continue;
		text = read_text(path);
		read_lines(reader, text);
		return;
	}
}

static _Noreturn void run(int channel)
{
	struct reader reader = { .channel = channel };
	size_t i;

	if (!give_up(channel))
		_exit(1);
	reader.passwd = read_text("/etc/passwd");
	reader.group = read_text("/etc/group");
	for (i = 0; i < PLACES; i++)
		list_names(&reader, places[i]);
	vns_strings_unique(&reader.names);
	for (i = 0; i < reader.names.count; i++)
		read_file(&reader, reader.names.items[i]);
	read_users(&reader);
	_exit(0);
}

/* --- who waits for it ----------------------------------------------------- */

/* The child may by now be anybody's. */
static bool is_sound(const struct vns_tmpfiles_dir *dir)
{
	return memchr(dir->path, '\0', sizeof(dir->path)) &&
	       vns_tmpline_path_valid(dir->path) && dir->mode <= 07777 &&
	       dir->uid < VNS_TMPLINE_IDS_MAX && dir->gid < VNS_TMPLINE_IDS_MAX;
}

static bool receive(int channel, int64_t deadline, struct vns_tmpfiles_dir *dir)
{
	struct vns_channel_extras extras = { 0 };
	ssize_t size;

	if (vns_deadline_wait(channel, deadline) < 0)
		return false;
	size = vns_channel_receive(channel, dir, sizeof(*dir), &extras,
				   MSG_DONTWAIT);
	vns_channel_drop(&extras);
	return size == (ssize_t)sizeof(*dir);
}

void vns_tmpfiles_read(void (*found)(const struct vns_tmpfiles_dir *dir,
				     void *context),
		       void *context)
{
	const int64_t deadline = vns_deadline_now() + TIMEOUT_MS;
	VNS_AUTOCLOSE int channel = -1;
	struct vns_tmpfiles_dir dir = { .mode = 0 };
	struct vns_error ignored;
	pid_t pid = vns_channel_fork(&channel, &ignored);
	size_t count;

	if (pid == 0)
		run(channel);
	if (pid < 0)
		return;
	for (count = 0; count < VNS_TMPFILES_MAX; count++) {
		if (!receive(channel, deadline, &dir) || !is_sound(&dir))
			break;
		found(&dir, context);
	}
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}
