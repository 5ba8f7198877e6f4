/*
 * Looks at what kind of process has asked, how old the password is, and whether
 * the service's stack minds that; what costs least first.
 */
#include "keeper/expired.h"

#include "lib/procfs.h"
#include "pamd/file.h"
#include "pamd/judge.h"
#include "system/aging.h"

#include <errno.h>
#include <string.h>

/*
 * Whether the service will run passwd in the session. sshd's process that has
 * authenticated by keyboard-interactive changes the password by itself, and
 * only then asks for a session. A process of a user's who has given su another
 * name and title is refused as sshd's is, and gains nothing.
 */
static bool runs_passwd(const struct vns_process *service)
{
	char text[512];

	/* "cmdline" may have to be waited for, and "comm" never (proc(5)). */
	return vns_process_name(service->pid, text) &&
	       strncmp(text, "sshd", 4) == 0 &&
	       vns_process_title(service, text, sizeof(text)) &&
	       vns_procfs_is_monitor(text);
}

/* Whether the account phase will go on to ask for a new password. */
static bool is_minded(const char *service)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *account = NULL;
	struct vns_error ignored;

	return service &&
	       vns_pamstack_resolve(service, VNS_PAMSTACK_ACCOUNT,
				    vns_pamfile_read, NULL, &account,
				    &ignored) == 0 &&
	       vns_judge_expires(account);
}

int vns_expired_check(struct vns_login *login,
		      const struct vns_process *service, struct vns_error *err)
{
	const char *user = login->account.pw.pw_name;
	long left;

	if (!runs_passwd(service) ||
	    vns_aging_find(user, &left) != VNS_AGING_EXPIRED ||
	    !is_minded(login->who.service))
		return 0;
	login->step = VNS_REFUSAL_ACCOUNT;
	vns_util_format(login->notice, sizeof(login->notice),
			"Your password has expired, and cannot be changed by "
			"this login. Try \"ssh -o PreferredAuthentications="
			"keyboard-interactive\" with your password, or ask "
			"the administrator.");
	return vns_error_set(err, EKEYEXPIRED,
			     "the password has expired (\"chage -l %s\"), and "
			     "sshd would run passwd in the vserver, where it "
			     "changes nothing on the host: "
			     "\"KbdInteractiveAuthentication yes\" in "
			     "sshd_config lets users change it as they log in",
			     user);
}
