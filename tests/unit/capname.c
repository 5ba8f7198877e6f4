/* Tests the names of capabilities; see pam_vns/lib/capname.h. */
#include "lib/capname.h"

#include "tap.h"

#include <linux/capability.h>

static void test_capabilities(void)
{
	static const struct {
		const char *name;
		int number; /* -1 if there is no such capability */
	} rows[] = {
		{ "chown", CAP_CHOWN },
		{ "cap_chown", CAP_CHOWN },
		{ "CAP_Kill", CAP_KILL },
		{ "sys_chroot", CAP_SYS_CHROOT },
		{ "sys_admin", CAP_SYS_ADMIN },
		{ "mknod", CAP_MKNOD },
		{ "audit_write", CAP_AUDIT_WRITE },
		{ "setfcap", CAP_SETFCAP },
		{ "syslog", CAP_SYSLOG },
		{ "checkpoint_restore", CAP_CHECKPOINT_RESTORE },
		{ "cap_cap_chown", -1 },
		{ "cap_", -1 },
		{ "", -1 },
		{ "chow", -1 },
		{ "chownx", -1 },
		{ "all", -1 },
		{ "40", -1 },
	};
	/* These are what logins need. */
	static const int tenant[] = {
		CAP_CHOWN,	CAP_DAC_OVERRIDE,
		CAP_FOWNER,	CAP_FSETID,
		CAP_KILL,	CAP_SETGID,
		CAP_SETUID,	CAP_NET_BIND_SERVICE,
		CAP_SYS_CHROOT, CAP_AUDIT_WRITE,
	};
	vns_capset expected = 0;
	size_t i;

	about("capabilities");
	for (i = 0; i < LENGTH(rows); i++) {
		vns_capset set = 0;
		bool found = vns_capname_find(rows[i].name, &set);

		is_number(found, rows[i].number >= 0, "the name \"%s\" is %s",
			  rows[i].name,
			  rows[i].number >= 0 ? "found" : "not found");
		is_number(set, found ? 1LL << rows[i].number : 0,
			  "the set of \"%s\" has %s", rows[i].name,
			  rows[i].number >= 0 ? "its bit alone" : "no bit");
	}
	for (i = 0; i < LENGTH(tenant); i++)
		expected |= 1ULL << tenant[i];
	is_number(vns_capname_tenant(), expected,
		  "\"tenant\" has the capabilities that logins need, and no "
		  "more");
}

int main(void)
{
	test_capabilities();
	return finish();
}
