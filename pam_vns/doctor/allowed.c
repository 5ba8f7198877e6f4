/*
 * Checks whether sshd lets a user in before it asks PAM for a session: by its
 * lists of users and groups, and with a key if the password is locked.
 */
#include "doctor/doctor.h"

#include "system/account.h"

#include <errno.h>
#include <limits.h>
#include <shadow.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* --- lists ---------------------------------------------------------------- */

/* Matches as sshd_config(5) does: "*" and "?", and nothing else. */
static bool matches(const char *text, const char *pattern, size_t length)
{
	if (length == 0)
		return !*text;
	if (*pattern == '*')
		return matches(text, pattern + 1, length - 1) ||
		       (*text && matches(text + 1, pattern, length));
	return *text && (*pattern == '?' || *pattern == *text) &&
	       matches(text + 1, pattern + 1, length - 1);
}

/*
 * Whether one of the patterns is this name. From which host a user comes is not
 * known: a pattern USER@HOST is for them if it is to be, and not otherwise.
 */
static bool is_listed(const struct vns_strings *list, const char *name,
		      bool from_some)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		const char *item = list->items[i];
		const char *at = strrchr(item, '@');

		if (matches(name, item, strlen(item)) ||
		    (at && from_some &&
		     matches(name, item, (size_t)(at - item))))
			return true;
	}
	return false;
}

/* Finds the names of the user's groups; false if they are not all known. */
static bool find_groups(const char *user, struct vns_strings *names)
{
	VNS_AUTOACCOUNT struct vns_account account = { 0 };
	struct vns_error ignored;
	size_t i;

	if (vns_account_find(user, &account, &ignored) < 0 ||
	    vns_account_load_groups(&account, &ignored) < 0)
		return false;
	for (i = 0; i < account.group_count; i++) {
		VNS_AUTOFREE char *name = NULL;

		if (vns_account_group_name(account.groups[i], &name, &ignored) <
			    0 ||
		    vns_strings_add(names, name) < 0)
			return false;
	}
	return true;
}

static bool is_any_listed(const struct vns_strings *list,
			  const struct vns_strings *names)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		if (is_listed(list, names->items[i], false))
			return true;
	return false;
}

/* Finds the list that keeps the user out, or returns VNS_DOCTOR_LISTS. */
static enum vns_doctor_list find_list(const struct vns_doctor_sshd *sshd,
				      const char *user)
{
	const struct vns_strings *lists = sshd->lists;
	enum vns_doctor_list found = VNS_DOCTOR_LISTS;
	struct vns_strings groups = { 0 };

	if (is_listed(&lists[VNS_DOCTOR_DENY_USERS], user, false))
		return VNS_DOCTOR_DENY_USERS;
	if (lists[VNS_DOCTOR_ALLOW_USERS].count > 0 &&
	    !is_listed(&lists[VNS_DOCTOR_ALLOW_USERS], user, true))
		return VNS_DOCTOR_ALLOW_USERS;
	if (lists[VNS_DOCTOR_DENY_GROUPS].count == 0 &&
	    lists[VNS_DOCTOR_ALLOW_GROUPS].count == 0)
		return VNS_DOCTOR_LISTS;
	if (!find_groups(user, &groups)) {
		vns_strings_free(&groups);
		return VNS_DOCTOR_LISTS;
	}
	if (is_any_listed(&lists[VNS_DOCTOR_DENY_GROUPS], &groups))
		found = VNS_DOCTOR_DENY_GROUPS;
	else if (lists[VNS_DOCTOR_ALLOW_GROUPS].count > 0 &&
		 !is_any_listed(&lists[VNS_DOCTOR_ALLOW_GROUPS], &groups))
		found = VNS_DOCTOR_ALLOW_GROUPS;
	vns_strings_free(&groups);
	return found;
}

static void check_lists(struct vns_doctor *doctor, const char *user)
{
	static const struct {
		const char *text, *remedy;
	} said[VNS_DOCTOR_LISTS] = {
		[VNS_DOCTOR_DENY_USERS] = { "DenyUsers names them",
					    "take them out of DenyUsers" },
		[VNS_DOCTOR_ALLOW_USERS] = { "AllowUsers does not name them",
					     "add them to AllowUsers" },
		[VNS_DOCTOR_DENY_GROUPS] = { "DenyGroups names a group of "
					     "theirs",
					     "take it out of DenyGroups" },
		[VNS_DOCTOR_ALLOW_GROUPS] = { "AllowGroups names no group of "
					      "theirs",
					      "add one to AllowGroups" },
	};
	enum vns_doctor_list list = find_list(&doctor->sshd, user);
	char remedy[128];

	if (list == VNS_DOCTOR_LISTS) {
		vns_doctor_pass(doctor, "user-sshd", user,
				"no list of sshd's keeps them out");
		return;
	}
	vns_util_format(remedy, sizeof(remedy), "%s in sshd_config",
			said[list].remedy);
	vns_doctor_fail(doctor, "user-sshd", user, remedy,
			"sshd refuses them: %s", said[list].text);
}

/* --- a locked password ---------------------------------------------------- */

/*
 * Whether the password is one that nobody can have. The directory service
 * may say "*" of passwords that it keeps for itself, so only the file counts.
 */
static bool is_locked(const char *user)
{
	FILE *file = fopen("/etc/shadow", "re");
	const struct spwd *entry;
	bool locked = false;

	while (file && (entry = fgetspent(file)))
		if (strcmp(entry->sp_namp, user) == 0)
			locked = entry->sp_pwdp[0] == '!' ||
				 entry->sp_pwdp[0] == '*';
	if (file)
		(void)!fclose(file);
	return locked;
}

/* Puts in what sshd does, for one file of AuthorizedKeysFile. */
static bool expand(const char *word, size_t length, const struct passwd *pw,
		   char path[PATH_MAX])
{
	char uid[24];
	size_t used = 0, i;

	path[0] = '\0';
	snprintf(uid, sizeof(uid), "%lu", (unsigned long)pw->pw_uid);
	if (*word != '/' && strncmp(word, "%h", 2) != 0)
		used = (size_t)snprintf(path, PATH_MAX, "%s/", pw->pw_dir);
	for (i = 0; i < length && used < PATH_MAX; i++) {
		const char one[] = { word[i], '\0' };
		const char *put = one;

		if (word[i] == '%' && i + 1 < length) {
			i++;
			put = word[i] == 'u' ? pw->pw_name :
			      word[i] == 'h' ? pw->pw_dir :
			      word[i] == 'U' ? uid :
					       "%";
		}
		used += (size_t)snprintf(path + used, PATH_MAX - used, "%s",
					 put);
	}
	return used < PATH_MAX;
}

/* Finds a file that has keys of the user's. */
static bool find_keys(const struct vns_doctor_sshd *sshd,
		      const struct passwd *pw, char path[PATH_MAX])
{
	const char *word = sshd->keys;
	struct stat st;

	for (word += strspn(word, " "); *word; word += strspn(word, " ")) {
		const size_t length = strcspn(word, " ");

		if (expand(word, length, pw, path) && stat(path, &st) == 0 &&
		    st.st_size > 0)
			return true;
		word += length;
	}
	return false;
}

static bool has_service(const struct vns_doctor *doctor, const char *service)
{
	size_t i;

	for (i = 0; i < doctor->services.count; i++)
		if (strcmp(doctor->services.items[i], service) == 0)
			return true;
	return false;
}

static void check_locked(struct vns_doctor *doctor, const char *user)
{
	const struct vns_doctor_sshd *sshd = &doctor->sshd;
	VNS_AUTOACCOUNT struct vns_account account = { 0 };
	struct vns_error ignored;
	char path[PATH_MAX], remedy[256];

	if (!is_locked(user) || vns_account_find(user, &account, &ignored) < 0)
		return;
	if (find_keys(sshd, &account.pw, path)) {
		vns_doctor_pass(doctor, "user-locked", user,
				"the password is locked; sshd takes keys (%s)",
				path);
		return;
	}
	if (sshd->other_keys) {
		vns_doctor_pass(doctor, "user-locked", user,
				"the password is locked; sshd can let them in "
				"by other means");
		return;
	}
	vns_util_format(remedy, sizeof(remedy),
			"put a key of theirs where sshd looks for it, or "
			"\"passwd %s\"",
			user);
	vns_doctor_warn(doctor, "user-locked", user, remedy,
			"the password is locked, and sshd finds no key: only "
			"root gets in as this user");
}

/* --- one user ------------------------------------------------------------- */

void vns_doctor_allowed(struct vns_doctor *doctor, const char *user)
{
	if (!has_service(doctor, "sshd") || !doctor->sshd.known)
		return;
	if (doctor->sshd.whole)
		check_lists(doctor, user);
	check_locked(doctor, user);
}
