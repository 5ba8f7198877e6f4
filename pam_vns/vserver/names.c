/* Finds vservers by name and by context number, and lists all of them. */
#include "vserver/names.h"

#include "config/definition.h"
#include "config/load.h"
#include "vserver/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Stores the name in NAME.conf. Returns false for any other file name. */
static bool definition_name(const char *file, vns_name name)
{
	const char *dot = strrchr(file, '.');

	return dot && strcmp(dot, ".conf") == 0 &&
	       vns_util_format(name, sizeof(vns_name), "%.*s",
			       (int)(dot - file), file) &&
	       vns_util_name_valid(name);
}

/* Adds the directory entries that find_name derives a name from, unsorted. */
static int add_names(const char *directory,
		     bool (*find_name)(const char *entry, vns_name name),
		     struct vns_strings *names, struct vns_error *err)
{
	struct dirent *entry;
	DIR *stream = opendir(directory);
	vns_name name;
	int rc = 0;

	if (!stream && errno == ENOENT)
		return 0;
	if (!stream)
		return vns_error_errno(err, errno, "%s", directory);
	while (rc == 0 && (entry = readdir(stream)))
		if (find_name(entry->d_name, name) &&
		    vns_strings_add(names, name) < 0)
			rc = vns_error_memory(err);
	closedir(stream);
	return rc;
}

int vns_names_defined(const struct vns_config *config,
		      struct vns_strings *names, struct vns_error *err)
{
	int rc = add_names(config->vserver_dir, definition_name, names, err);

	vns_strings_sort(names);
	return rc;
}

static bool vserver_name(const char *file, vns_name name)
{
	return definition_name(file, name) && !vns_util_template(name);
}

static bool plain_name(const char *entry, vns_name name)
{
	return vns_util_name_valid(entry) &&
	       vns_util_format(name, sizeof(vns_name), "%s", entry);
}

int vns_names_running(const struct vns_config *config,
		      struct vns_strings *names, struct vns_error *err)
{
	char running[PATH_MAX];
	int rc;

	if (!vns_util_format(running, sizeof(running), "%s/" VNS_RUNDIR_NS,
			     config->run_dir))
		return vns_error_errno(err, ENAMETOOLONG, "run_dir");
	rc = add_names(running, plain_name, names, err);
	vns_strings_sort(names);
	return rc;
}

static bool instance_name(const char *entry, vns_name name)
{
	return strchr(entry, '@') && vns_util_name_valid(entry) &&
	       vns_util_format(name, sizeof(vns_name), "%s", entry);
}

int vns_names_all(const struct vns_config *config, struct vns_strings *names,
		  struct vns_error *err)
{
	char running[PATH_MAX];
	int rc = add_names(config->vserver_dir, vserver_name, names, err);

	if (rc == 0 && !vns_util_format(running, sizeof(running),
					"%s/" VNS_RUNDIR_NS, config->run_dir))
		rc = vns_error_errno(err, ENAMETOOLONG, "run_dir");
	if (rc == 0)
		rc = add_names(running, instance_name, names, err);
	/* An instance may have its own definition, too. */
	vns_strings_unique(names);
	return rc;
}

/*
 * Reads all definitions to find the one with this context number. This is only
 * done where the run directory does not know the number.
 */
static int find_context(const struct vns_config *config, unsigned long context,
			struct vns_vserver **vserver, struct vns_error *err)
{
	struct vns_strings names = { 0 };
	struct vns_error ignored;
	size_t i;
	int rc = vns_names_defined(config, &names, err);

	for (i = 0; rc == 0 && !*vserver && i < names.count; i++) {
		struct vns_vserver *one;

		if (vns_load_vserver(config, names.items[i], &one, &ignored) <
		    0)
			continue;
		if (one->context == context)
			*vserver = one;
		else
			vns_config_free_vserver(one);
	}
	vns_strings_free(&names);
	if (rc == 0 && !*vserver)
		rc = vns_error_set(err, ENOENT, "no vserver has context %lu",
				   context);
	return rc;
}

int vns_names_find(const struct vns_config *config, const char *id,
		   struct vns_vserver **vserver, struct vns_error *err)
{
	unsigned long context;
	vns_name name;
	int rc;

	*vserver = NULL;
	if (id[0] == ':')
		return vns_load_vserver(config, id + 1, vserver, err);
	rc = vns_load_vserver(config, id, vserver, err);
	if (rc != -ENOENT || !vns_util_number(id, INT_MAX, &context))
		return rc;
	if (vns_rundir_by_context(config, context, name, err) == 0)
		return vns_load_vserver(config, name, vserver, err);
	return find_context(config, context, vserver, err);
}
