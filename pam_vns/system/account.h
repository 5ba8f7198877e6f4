/*
 * Looks up users and groups of the host through NSS (getpwnam(3),
 * getgrouplist(3)).
 */
#ifndef VNS_ACCOUNT_H
#define VNS_ACCOUNT_H

#include "lib/error.h"
#include "lib/util.h"

#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct vns_account {
	struct passwd pw; /* points into buffer */
	char *buffer;
	gid_t *groups; /* NULL until loaded; the primary group is in it */
	size_t group_count;
	/*
	 * The same list, loaded again when all services of the group database
	 * had answered; NULL until somebody asked for a group that is not in
	 * the first one.
	 */
	gid_t *confirmed;
	size_t confirmed_count;
	/*
	 * To have all of them answer, the services were set in this process,
	 * which does not read nsswitch.conf again after that.
	 */
	bool reconfigured;
};

/* Returns -ENOENT where there is no such user; other errors are NSS's. */
int vns_account_find(const char *name, struct vns_account *account,
		     struct vns_error *err);
void vns_account_free(struct vns_account *account);
#define VNS_AUTOACCOUNT __attribute__((cleanup(vns_account_free)))

/* Loads the account's group list, if that has not been done yet. */
int vns_account_load_groups(struct vns_account *account, struct vns_error *err);

/*
 * Whether the account is in the group, which is given by name or number; loads
 * the group list. The answer "no" is only given while all services of the group
 * database answer.
 */
int vns_account_in_group(struct vns_account *account, const char *group,
			 bool *member, struct vns_error *err);

/*
 * Finds a group's id by its name; *found is false where there is no such group.
 */
int vns_account_group_id(const char *name, gid_t *gid, bool *found,
			 struct vns_error *err);

/*
 * Adds the names of the group's members, as getgrnam(3) tells them, to names;
 * nothing where there is no such group. The group is given by name or number.
 */
int vns_account_members(const char *group, struct vns_strings *names,
			struct vns_error *err);

/* Finds the name of a primary group by its id; the caller frees it. */
int vns_account_group_name(gid_t gid, char **name, struct vns_error *err);

#endif
