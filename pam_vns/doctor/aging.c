/*
 * Checks, for users whom sshd places, whether their passwords have expired or
 * are about to: sshd can have them changed by keyboard-interactive
 * authentication alone.
 */
#include "doctor/doctor.h"

#include "pamd/judge.h"
#include "system/aging.h"

#include <stdio.h>
#include <string.h>

#define ID "user-password"

/* Whether a login by this service would have an expired one changed. */
static bool is_minded(const char *service)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *account = NULL;
	struct vns_error ignored;

	return vns_doctor_stack(service, VNS_PAMSTACK_ACCOUNT, &account,
				&ignored) == 0 &&
	       vns_judge_expires(account);
}

static void say_expired(struct vns_doctor *doctor, const char *user)
{
	char remedy[256];

	vns_util_format(remedy, sizeof(remedy), "\"passwd %s\" on the host, %s",
			user,
			doctor->sshd.keyboard ?
				"or have them log in with their password" :
				"or \"KbdInteractiveAuthentication yes\" in "
				"sshd_config");
	if (doctor->sshd.keyboard)
		vns_doctor_warn(doctor, ID, user, remedy,
				"the password has expired: sshd refuses them "
				"until they change it, by keyboard-interactive "
				"authentication, su or login");
	else
		vns_doctor_fail(doctor, ID, user, remedy,
				"the password has expired: sshd refuses them, "
				"and they cannot change it by sshd, which has "
				"KbdInteractiveAuthentication no");
}

static void say_soon(struct vns_doctor *doctor, const char *user, long left)
{
	const char *days = left == 1 ? "day" : "days";
	char remedy[256];

	if (doctor->sshd.keyboard) {
		vns_doctor_pass(doctor, ID, user,
				"the password expires in %ld %s, and can be "
				"changed by sshd then",
				left, days);
		return;
	}
	vns_util_format(remedy, sizeof(remedy),
			"\"KbdInteractiveAuthentication yes\" in sshd_config, "
			"or \"passwd %s\" on the host by then",
			user);
	vns_doctor_warn(doctor, ID, user, remedy,
			"the password expires in %ld %s, and sshd, which has "
			"KbdInteractiveAuthentication no, then refuses them",
			left, days);
}

void vns_doctor_aging(struct vns_doctor *doctor, const struct vns_login *login)
{
	const char *user = login->account.pw.pw_name;
	enum vns_aging aging;
	long left;

	if (strcmp(login->who.service, "sshd") != 0 || !doctor->sshd.known)
		return;
	aging = vns_aging_find(user, &left);
	if (aging == VNS_AGING_NONE)
		vns_doctor_pass(doctor, ID, user,
				"the password does not expire, as far as "
				"shadow(5) says");
	else if (aging == VNS_AGING_FINE)
		vns_doctor_pass(doctor, ID, user,
				"the password has not expired");
	else if (!is_minded(login->who.service))
		vns_doctor_pass(doctor, ID, user,
				"the account lines of sshd let expired "
				"passwords pass");
	else if (aging == VNS_AGING_EXPIRED)
		say_expired(doctor, user);
	else
		say_soon(doctor, user, left);
}
