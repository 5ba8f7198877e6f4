/*
 * Finds the file for a name, or for its template, reads it if nobody but root
 * can have written it, and has it parsed.
 */
#include "config/load.h"

#include "config/definition.h"
#include "system/safefile.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

int vns_load_config(const char *path, struct vns_config **config,
		    struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	int rc = vns_safefile_read(path, VNS_CONFIG_SIZE_MAX, &text, &length,
				   err);

	return rc < 0 ? rc : vns_config_parse(text, length, path, config, err);
}

/* Reads DIRECTORY/NAME.conf and leaves its path for messages. */
static int read_named(const char *directory, const char *name,
		      char path[PATH_MAX], char **text, size_t *length,
		      struct vns_error *err)
{
	if (!vns_util_format(path, PATH_MAX, "%s/%s.conf", directory, name))
		return vns_error_errno(err, ENAMETOOLONG, "%s", directory);
	return vns_safefile_read(path, VNS_CONFIG_SIZE_MAX, text, length, err);
}

int vns_load_user(const struct vns_config *config, const char *user,
		  struct vns_config **own, struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	char path[PATH_MAX];
	size_t length;
	int rc;

	*own = NULL;
	if (!config->user_dir || !vns_util_user_valid(user))
		return 0;
	rc = read_named(config->user_dir, user, path, &text, &length, err);
	if (rc == -ENOENT)
		return 0;
	return rc < 0 ? rc :
			vns_config_parse_user(text, length, path, own, err);
}

/* Reads the file of NAME@INSTANCE, or that of NAME@.conf where it has none. */
static int read_definition(const struct vns_config *config, const char *name,
			   char path[PATH_MAX], bool *instance, char **text,
			   size_t *length, struct vns_error *err)
{
	const char *at = strchr(name, '@');
	int rc = read_named(config->vserver_dir, name, path, text, length, err);
	struct vns_error missing;
	vns_name template;

	*instance = false;
	if (rc != -ENOENT || !at || !at[1])
		return rc;
	vns_util_format(template, sizeof(template), "%.*s",
			(int)(at + 1 - name), name);
	*instance = true;
	rc = read_named(config->vserver_dir, template, path, text, length,
			&missing);
	if (rc < 0)
		*err = missing;
	return rc;
}

int vns_load_vserver(const struct vns_config *config, const char *name,
		     struct vns_vserver **vserver, struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	char path[PATH_MAX];
	bool instance;
	size_t length;
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
	rc = read_definition(config, name, path, &instance, &text, &length,
			     err);
	if (rc == -ENOENT)
		return vns_error_set(err, ENOENT,
				     "there is no vserver \"%s\" (%s does not "
				     "exist)",
				     name, path);
	return rc < 0 ? rc :
			vns_config_parse_vserver(text, length, path, name,
						 instance, vserver, err);
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
