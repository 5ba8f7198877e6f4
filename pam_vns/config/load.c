/*
 * Finds the file for a name, or for its template, reads it if nobody but root
 * can have written it, and has it parsed.
 */
#include "config/load.h"

#include "config/definition.h"
#include "lib/username.h"
#include "system/safefile.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A file is not changed unnoticed if it has not changed for so many seconds. */
#define SETTLED 2

/* --- what is kept --------------------------------------------------------- */

/*
 * Each change gives a file another time of change, but for changes in the same
 * moment: a file that is read right after a change may change once more.
 */
static bool has_settled(const struct stat *st)
{
	return st->st_ctime + SETTLED <= time(NULL);
}

static bool are_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Whether the file behind fd is the one that was loaded; if not, notes it. */
static int compare(struct vns_load_file *file, const char *path, int fd,
		   bool *unchanged, struct vns_error *err)
{
	struct stat now;

	if (fstat(fd, &now) < 0)
		return vns_error_errno(err, errno, "%s", path);
	*unchanged = file->settled && strcmp(file->path, path) == 0 &&
		     are_same(&file->st, &now);
	if (*unchanged)
		return 0;
	free(file->path);
	*file = (struct vns_load_file){ strdup(path), now, has_settled(&now) };
	return file->path ? 0 : vns_error_memory(err);
}

static void forget(struct vns_load_file *file)
{
	free(file->path);
	*file = (struct vns_load_file){ 0 };
}

void vns_load_forget(struct vns_load_kept *kept)
{
	forget(&kept->config_file);
	forget(&kept->vserver_file);
	vns_config_free(kept->config);
	vns_config_free_vserver(kept->vserver);
	*kept = (struct vns_load_kept){ .config = NULL };
}

static bool is_same(const struct vns_load_file *file)
{
	struct stat now;

	return file->settled && stat(file->path, &now) == 0 &&
	       are_same(&file->st, &now);
}

bool vns_load_same_config(const struct vns_load_kept *kept)
{
	return kept->config && is_same(&kept->config_file);
}

bool vns_load_same_vserver(const struct vns_load_kept *kept)
{
	return kept->vserver && !kept->vserver->instance &&
	       is_same(&kept->vserver_file);
}

static int slurp(int fd, const char *path, char **text, size_t *length,
		 struct vns_error *err)
{
	return vns_safefile_slurp(fd, path, VNS_CONFIG_SIZE_MAX, text, length,
				  err);
}

/* --- files ---------------------------------------------------------------- */

static int read_config(int fd, const char *path, struct vns_config **config,
		       struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	int rc = slurp(fd, path, &text, &length, err);

	return rc < 0 ? rc : vns_config_parse(text, length, path, config, err);
}

int vns_load_config(const char *path, struct vns_config **config,
		    struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	int rc = vns_safefile_open(path, VNS_SAFEFILE_CONFIG, &fd, err);

	return rc < 0 ? rc : read_config(fd, path, config, err);
}

int vns_load_config_kept(const char *path, struct vns_load_kept *kept,
			 struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	bool unchanged = false;
	int rc = vns_safefile_open(path, VNS_SAFEFILE_CONFIG, &fd, err);

	if (rc == 0)
		rc = compare(&kept->config_file, path, fd, &unchanged, err);
	if (unchanged)
		return 0;
	vns_config_free(kept->config);
	kept->config = NULL;
	if (rc == 0)
		rc = read_config(fd, path, &kept->config, err);
	if (rc < 0)
		forget(&kept->config_file);
	return rc;
}

/* Opens DIRECTORY/NAME.conf and leaves its path for messages. */
static int open_named(const char *directory, const char *name,
		      char path[PATH_MAX], int *fd, struct vns_error *err)
{
	if (!vns_util_format(path, PATH_MAX, "%s/%s.conf", directory, name))
		return vns_error_errno(err, ENAMETOOLONG, "%s", directory);
	return vns_safefile_open(path, VNS_SAFEFILE_CONFIG, fd, err);
}

int vns_load_misnamed(const char *path, const char *name, struct vns_error *err)
{
	return vns_error_set(err, EINVAL,
			     "%s: no user's file has this name, so it is never "
			     "read: rename it to \"%s.conf\"",
			     path, name);
}

static int refuse_there(const char *directory, const char *wrong,
			const char *name, struct vns_error *err)
{
	char path[PATH_MAX];
	struct stat st;

	if (!vns_util_format(path, sizeof(path), "%s/%s.conf", directory,
			     wrong))
		return vns_error_errno(err, ENAMETOOLONG, "%s", directory);
	if (lstat(path, &st) == 0)
		return vns_load_misnamed(path, name, err);
	return errno == ENOENT ? 0 : vns_error_errno(err, errno, "%s", path);
}

/*
 * Refuses who has no file, but one that is named after them in another way,
 * AD\carl or AD%5ccarl: somebody meant it to hold. One that is called as this
 * user may also be that of another, whose name is written so.
 */
static int check_misnamed(const char *directory, const char *user,
			  const char *name, struct vns_error *err)
{
	vns_username small, other;
	int rc = 0;
	char *at;

	if (strcmp(name, user) == 0)
		return 0;
	memcpy(small, name, sizeof(small));
	for (at = small; (at = strchr(at, '%')); at += 3) {
		at[1] = (char)tolower(at[1]);
		at[2] = (char)tolower(at[2]);
	}
	if (strcmp(small, name) != 0)
		rc = refuse_there(directory, small, name, err);
	if (rc < 0 || strchr(user, '/') ||
	    vns_username_decode(user, other, sizeof(other)))
		return rc;
	return refuse_there(directory, user, name, err);
}

int vns_load_user(const struct vns_config *config, const char *user,
		  struct vns_config **own, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	VNS_AUTOFREE char *text = NULL;
	char path[PATH_MAX];
	vns_username name;
	size_t length;
	int rc;

	*own = NULL;
	if (!config->user_dir)
		return 0;
	if (!vns_username_encode(user, name, sizeof(name)))
		return vns_error_set(err, ENAMETOOLONG,
				     "user \"%s\": a file in user_dir cannot "
				     "have this name, as it is too long",
				     user);
	rc = open_named(config->user_dir, name, path, &fd, err);
	if (rc == -ENOENT)
		return check_misnamed(config->user_dir, user, name, err);
	if (rc < 0)
		return rc;
	rc = slurp(fd, path, &text, &length, err);
	return rc < 0 ? rc :
			vns_config_parse_user(text, length, path, own, err);
}

static int add_user(struct vns_strings *users, const char *file,
		    struct vns_error *err)
{
	const char *dot = strrchr(file, '.');
	vns_username name, user;

	if (!dot || strcmp(dot, ".conf") != 0 ||
	    !vns_util_format(name, sizeof(name), "%.*s", (int)(dot - file),
			     file) ||
	    !vns_username_decode(name, user, sizeof(user)))
		return 0;
	return vns_strings_add(users, user) < 0 ? vns_error_memory(err) : 0;
}

int vns_load_users(const struct vns_config *config, struct vns_strings *users,
		   struct vns_error *err)
{
	struct dirent *entry;
	DIR *files;
	int rc = 0;

	if (!config->user_dir)
		return 0;
	files = opendir(config->user_dir);
	if (!files)
		return errno == ENOENT ? 0 :
					 vns_error_errno(err, errno, "%s",
							 config->user_dir);
	while (rc == 0 && (entry = readdir(files)))
		rc = add_user(users, entry->d_name, err);
	closedir(files);
	return rc;
}

/* Opens the file of NAME@INSTANCE, or that of NAME@.conf where it has none. */
static int open_definition(const struct vns_config *config, const char *name,
			   char path[PATH_MAX], bool *instance, int *fd,
			   struct vns_error *err)
{
	const char *at = strchr(name, '@');
	int rc = open_named(config->vserver_dir, name, path, fd, err);
	struct vns_error missing;
	vns_name template;

	*instance = false;
	if (rc != -ENOENT || !at || !at[1])
		return rc;
	vns_util_format(template, sizeof(template), "%.*s",
			(int)(at + 1 - name), name);
	*instance = true;
	rc = open_named(config->vserver_dir, template, path, fd, &missing);
	if (rc < 0)
		*err = missing;
	return rc;
}

static int find_definition(const struct vns_config *config, const char *name,
			   char path[PATH_MAX], bool *instance, int *fd,
			   struct vns_error *err)
{
	int rc;

	if (!vns_util_name_valid(name))
		return vns_error_set(err, EINVAL,
				     "\"%s\" is not a valid vserver name",
				     name);
	if (vns_util_template(name))
		return vns_error_set(err, ENOENT,
				     "there is no vserver \"%s\": a name "
				     "with \"@\" at the end is a template's; "
				     "name an instance, %sINSTANCE",
				     name, name);
	rc = open_definition(config, name, path, instance, fd, err);
	if (rc == -ENOENT)
		return vns_error_set(err, ENOENT,
				     "there is no vserver \"%s\" (%s does not "
				     "exist)",
				     name, path);
	return rc;
}

static int read_definition(int fd, const char *path, const char *name,
			   bool instance, struct vns_vserver **vserver,
			   struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	int rc = slurp(fd, path, &text, &length, err);

	return rc < 0 ? rc :
			vns_config_parse_vserver(text, length, path, name,
						 instance, vserver, err);
}

int vns_load_vserver(const struct vns_config *config, const char *name,
		     struct vns_vserver **vserver, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	char path[PATH_MAX];
	bool instance;
	int rc = find_definition(config, name, path, &instance, &fd, err);

	return rc < 0 ? rc :
			read_definition(fd, path, name, instance, vserver, err);
}

int vns_load_vserver_kept(const struct vns_config *config, const char *name,
			  struct vns_load_kept *kept, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	char path[PATH_MAX];
	bool instance, unchanged = false;
	int rc = find_definition(config, name, path, &instance, &fd, err);

	if (rc == 0)
		rc = compare(&kept->vserver_file, path, fd, &unchanged, err);
	/* Of one file there are many instances. */
	if (unchanged && strcmp(kept->vserver->name, name) == 0)
		return 0;
	vns_config_free_vserver(kept->vserver);
	kept->vserver = NULL;
	if (rc == 0)
		rc = read_definition(fd, path, name, instance, &kept->vserver,
				     err);
	if (rc < 0)
		forget(&kept->vserver_file);
	return rc;
}

int vns_load_fstab(const struct vns_vserver *vserver, struct vns_fstab **fstab,
		   struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	int rc;

	*fstab = NULL;
	if (!vserver->fstab)
		return 0;
	rc = vns_safefile_read(vserver->fstab, VNS_CONFIG_SIZE_MAX, &text,
			       &length, err);
	if (rc < 0) {
		vns_error_context(err, "fstab");
		return rc;
	}
	return vns_fstab_parse(text, length, vserver->fstab, vserver->instance,
			       fstab, err);
}
