/*
 * Computes from a shadow entry what pam_unix(8) does, and asks its helper where
 * a login may depend on it.
 */
#include "system/aging.h"

#include "lib/error.h"
#include "lib/util.h"
#include "system/spawn.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

#define DAY (24L * 60 * 60)
#define BUFFER_MAX (1UL << 20)

/* unix_chkpwd USER chkexpiry: exits with what pam_unix would return. */
#define HELPER "/sbin/unix_chkpwd"
#define HELPER_TIMEOUT 5
/* Linux-PAM's PAM_NEW_AUTHTOK_REQD. */
#define MUST_CHANGE 12

/* Whatever one release of Linux-PAM takes for expired is so here. */
enum vns_aging vns_aging_judge(const struct spwd *entry, long today, long *left)
{
	const bool known = entry->sp_lstchg >= 0;
	const long changed = known ? entry->sp_lstchg : -1;
	long rest;

	*left = 0;
	/* So "chage -d 0" and "passwd -e" have it changed. */
	if (changed == 0)
		return VNS_AGING_EXPIRED;
	if (entry->sp_max < 0 || today < changed)
		return VNS_AGING_NONE;
	rest = entry->sp_max - (today - changed);
	if (!known && rest > 0)
		return VNS_AGING_NONE;
	*left = rest;
	if (rest <= 0)
		return VNS_AGING_EXPIRED;
	return rest <= entry->sp_warn ? VNS_AGING_SOON : VNS_AGING_FINE;
}

static enum vns_aging confirm(const char *user, long *left)
{
	char *const argv[] = { (char *)HELPER, (char *)user,
			       (char *)"chkexpiry", NULL };
	char *const envp[] = { (char *)VNS_SPAWN_PATH, NULL };
	const bool last_day = *left == 0;
	struct vns_error ignored;

	if (vns_spawn_status(argv, envp, HELPER_TIMEOUT, &ignored) ==
	    MUST_CHANGE)
		return VNS_AGING_EXPIRED;
	*left = 0;
	return last_day ? VNS_AGING_SOON : VNS_AGING_NONE;
}

enum vns_aging vns_aging_find(const char *user, long *left)
{
	VNS_AUTOFREE char *buffer = NULL;
	enum vns_aging aging;
	size_t size;

	*left = 0;
	for (size = 1024; size <= BUFFER_MAX; size *= 4) {
		struct spwd entry, *found = NULL;
		char *grown = realloc(buffer, size);
		int code;

		if (!grown)
			return VNS_AGING_NONE;
		buffer = grown;
		code = getspnam_r(user, &entry, buffer, size, &found);
		if (code == ERANGE)
			continue;
		if (!found)
			return VNS_AGING_NONE;
		aging = vns_aging_judge(found, time(NULL) / DAY, left);
		return aging == VNS_AGING_EXPIRED ? confirm(user, left) : aging;
	}
	return VNS_AGING_NONE;
}
