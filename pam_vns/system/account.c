/*
 * Asks NSS with buffers that grow as needed, and tells a service that does not
 * answer from a user or a group that does not exist.
 */
#include "system/account.h"

#include "system/nssdb.h"
#include "system/nsswitch.h"
#include "lib/util.h"

#include <errno.h>
#include <grp.h>
#include <string.h>

#define BUFFER_MAX (256UL << 20)

/*
 * A group name that nobody has. It must be a name that all services take for a
 * group's: nslcd does not answer a query for a name that it takes for none, as
 * if it were down.
 */
#define NO_GROUP "pam_vns-nobody-has-this"

/*
 * Reports a service that does not answer as EIO, whatever it has left in errno.
 */
static int no_answer(const char *what, const char *name, struct vns_error *err)
{
	return vns_error_set(err, EIO,
			     "looking up %s \"%s\": a service in "
			     "nsswitch.conf does not answer, or is not "
			     "installed",
			     what, name);
}

/*
 * glibc returns 0 where every service has said "not found". A service that
 * cannot be asked (nslcd or sssd is down) leaves ENOENT or ESRCH, which must
 * not pass for "absent".
 */
static bool means_absent(int code)
{
	return code == 0;
}

int vns_account_find(const char *name, struct vns_account *account,
		     struct vns_error *err)
{
	VNS_AUTOFREE char *buffer = NULL;
	struct passwd *found = NULL;
	size_t size;

	memset(account, 0, sizeof(*account));
	for (size = 1024; size <= BUFFER_MAX; size *= 4) {
		char *grown = realloc(buffer, size);
		int code;

		if (!grown)
			return vns_error_memory(err);
		buffer = grown;
		code = getpwnam_r(name, &account->pw, buffer, size, &found);
		if (code == ERANGE)
			continue;
		if (found) {
			account->buffer = buffer;
			buffer = NULL;
			return 0;
		}
		if (means_absent(code))
			return vns_error_set(err, ENOENT,
					     "there is no user \"%s\"", name);
		return no_answer("user", name, err);
	}
	return vns_error_errno(err, ERANGE, "looking up user \"%s\"", name);
}

void vns_account_free(struct vns_account *account)
{
	free(account->buffer);
	free(account->groups);
	free(account->confirmed);
	account->buffer = NULL;
	account->groups = NULL;
	account->confirmed = NULL;
}

static int load_list(const struct passwd *pw, gid_t **list, size_t *length,
		     struct vns_error *err)
{
	int size = 32;

	for (;;) {
		gid_t *groups = calloc((size_t)size, sizeof(*groups));
		int count = size;

		if (!groups)
			return vns_error_memory(err);
		if (getgrouplist(pw->pw_name, pw->pw_gid, groups, &count) >=
		    0) {
			*list = groups;
			*length = (size_t)count;
			return 0;
		}
		free(groups);
		if (count <= size || count > 65536)
			return vns_error_set(err, EIO,
					     "looking up the groups of \"%s\" "
					     "failed",
					     pw->pw_name);
		size = count;
	}
}

int vns_account_load_groups(struct vns_account *account, struct vns_error *err)
{
	if (account->groups)
		return 0;
	return load_list(&account->pw, &account->groups, &account->group_count,
			 err);
}

/* Looks a group up by name, or by number where name is NULL. */
static int find_group(const char *name, gid_t gid, struct group *group,
		      char **buffer, bool *found, struct vns_error *err)
{
	size_t size;

	*buffer = NULL;
	/*
	 * A group of 100,000 members is common; a retry would read all of it
	 * again.
	 */
	for (size = 1UL << 20; size <= BUFFER_MAX; size *= 4) {
		struct group *result = NULL;
		int code;

		free(*buffer);
		*buffer = malloc(size);
		if (!*buffer)
			return vns_error_memory(err);
		code = name ? getgrnam_r(name, group, *buffer, size, &result) :
			      getgrgid_r(gid, group, *buffer, size, &result);
		if (code == ERANGE)
			continue;
		*found = result != NULL;
		if (*found || means_absent(code))
			return 0;
		return no_answer("group", name ? name : "?", err);
	}
	return vns_error_errno(err, ERANGE, "looking up a group");
}

int vns_account_group_id(const char *name, gid_t *gid, bool *found,
			 struct vns_error *err)
{
	VNS_AUTOFREE char *buffer = NULL;
	struct group group;
	int rc = find_group(name, 0, &group, &buffer, found, err);

	if (rc == 0 && *found)
		*gid = group.gr_gid;
	return rc;
}

int vns_account_members(const char *group, struct vns_strings *names,
			struct vns_error *err)
{
	VNS_AUTOFREE char *buffer = NULL;
	unsigned long gid = 0;
	const bool numbered = vns_util_number(group, (gid_t)-2, &gid);
	struct group entry;
	bool found = false;
	size_t i;
	int rc = find_group(numbered ? NULL : group, (gid_t)gid, &entry,
			    &buffer, &found, err);

	for (i = 0; rc == 0 && found && entry.gr_mem[i]; i++)
		if (vns_strings_add(names, entry.gr_mem[i]) < 0)
			rc = vns_error_memory(err);
	return rc;
}

int vns_account_group_name(gid_t gid, char **name, struct vns_error *err)
{
	VNS_AUTOFREE char *buffer = NULL;
	struct group group;
	bool found = false;
	int rc = find_group(NULL, gid, &group, &buffer, &found, err);

	if (rc < 0)
		return rc;
	if (!found)
		return vns_error_set(err, ENOENT, "group %lu has no name",
				     (unsigned long)gid);
	*name = strdup(group.gr_name);
	return *name ? 0 : vns_error_memory(err);
}

/*
 * getgrnam_r(3) reports only what the last of several services said. So each
 * service is asked by itself, and has to answer.
 */
static int ask_each(char *services, struct vns_error *err)
{
	const char *service;
	bool found;
	gid_t gid;
	int rc = 0;

	while (rc == 0 && (service = vns_nsswitch_next(&services))) {
		rc = vns_nssdb_configure("group", service, err);
		if (rc == 0)
			rc = vns_account_group_id(NO_GROUP, &gid, &found, err);
		if (rc < 0)
			vns_error_context(err, "service \"%s\"", service);
	}
	return rc;
}

static int ask_services(struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	VNS_AUTOFREE char *services = NULL;
	VNS_AUTOFREE char *copy = NULL;
	VNS_AUTOFREE char *others = NULL;
	struct vns_error ignored;
	int rc, back;

	rc = vns_nssdb_read(&text, err);
	if (rc < 0)
		return rc;
	if (text && (vns_nsswitch_find(text, "group", &services) < 0 ||
		     vns_nsswitch_find(text, "initgroups", &others) < 0))
		return vns_error_memory(err);
	copy = strdup(services ? services : "files");
	if (!copy)
		return vns_error_memory(err);
	rc = ask_each(copy, err);
	if (rc == 0 && others)
		rc = ask_each(others, err);
	back = vns_nssdb_configure("group", services ? services : "files",
				   rc < 0 ? &ignored : err);
	return rc < 0 ? rc : back;
}

/*
 * getgrouplist(3) cannot report a service that does not answer; it leaves out
 * what that service would have said.
 */
static int confirm_groups(struct vns_account *account, struct vns_error *err)
{
	int rc;

	if (account->confirmed)
		return 0;
	account->reconfigured = true;
	rc = ask_services(err);
	return rc < 0 ? rc :
			load_list(&account->pw, &account->confirmed,
				  &account->confirmed_count, err);
}

static bool is_among(const gid_t *groups, size_t count, gid_t gid)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (groups[i] == gid)
			return true;
	return false;
}

/*
 * Asks again, because a "no" may come from a service that failed once and
 * answers now.
 */
static int look_again(struct vns_account *account, const char *name, gid_t gid,
		      bool *member, struct vns_error *err)
{
	bool found = true;
	int rc = confirm_groups(account, err);

	if (rc == 0 && name)
		rc = vns_account_group_id(name, &gid, &found, err);
	*member = rc == 0 && found &&
		  is_among(account->confirmed, account->confirmed_count, gid);
	return rc;
}

int vns_account_in_group(struct vns_account *account, const char *group,
			 bool *member, struct vns_error *err)
{
	const char *name = NULL;
	unsigned long number;
	bool found = true;
	gid_t gid = 0;
	int rc = vns_account_load_groups(account, err);

	*member = false;
	if (rc < 0)
		return rc;
	if (vns_util_number(group, (gid_t)-2, &number))
		gid = (gid_t)number;
	else
		name = group;
	if (name)
		rc = vns_account_group_id(name, &gid, &found, err);
	if (rc < 0)
		return rc;
	*member = found && is_among(account->groups, account->group_count, gid);
	return *member ? 0 : look_again(account, name, gid, member, err);
}
