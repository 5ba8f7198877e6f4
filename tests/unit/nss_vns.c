/*
 * Tests the answers of libnss_vns.so.2, and asks for them as glibc does; see
 * pam_vns/module/nss_vns.h.
 */
#include "lib/frozen.h"
#include "module/nss_vns.h"

#include "tap.h"

#include <errno.h>
#include <stdint.h>

#define HOME "/home/alice"
static char alice_name[] = "alice";
static const struct passwd alice = {
	.pw_name = alice_name,
	.pw_passwd = (char *)"$6$secret",
	.pw_uid = 5001,
	.pw_gid = 5002,
	.pw_gecos = NULL,
	.pw_dir = (char *)HOME,
	.pw_shell = (char *)"/bin/sh",
};
static const struct passwd root = {
	.pw_name = (char *)"root",
	.pw_passwd = (char *)"x",
	.pw_gecos = (char *)"root",
	.pw_dir = (char *)"/root",
	.pw_shell = (char *)"/bin/bash",
};
static gid_t alice_groups[] = { 5002, 27, 100, 7000 };

/* The strings are "alice" "x" "" HOME "/bin/sh", each with a NUL. */
#define ALICE_SIZE (6 + 2 + 1 + sizeof(HOME) + 8)

static void freeze(const struct passwd *user, const struct passwd *other)
{
	struct vns_frozen frozen = {
		.version = VNS_FROZEN_VERSION,
		.user = user,
		.root = other,
		.groups = alice_groups,
		.group_count = LENGTH(alice_groups),
		.has_tty = true,
		.tty = 5,
	};

	need(vns_frozen_set(&frozen) == 0, "vns_frozen_set");
}

static void test_thawed(const char *when)
{
	gid_t *groups = calloc(4, sizeof(gid_t));
	long start = 1, size = 4;
	char buffer[256];
	struct passwd pw;
	struct group gr;
	int code = 0;

	need(groups, "calloc");
	about("while nothing is frozen, %s", when);
	is_number(vns_frozen_active(), false, "vns_frozen_active is false");
	is_number(_nss_vns_getpwnam_r("alice", &pw, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getpwnam is unavailable");
	is_number(_nss_vns_getpwuid_r(0, &pw, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getpwuid is unavailable");
	is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getpwent is unavailable");
	is_number(_nss_vns_getgrnam_r("tty", &gr, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getgrnam is unavailable");
	is_number(_nss_vns_getgrgid_r(0, &gr, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getgrgid is unavailable");
	is_number(_nss_vns_getgrent_r(&gr, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getgrent is unavailable");
	is_number(_nss_vns_initgroups_dyn("alice", 0, &start, &size, &groups,
					  -1, &code),
		  NSS_STATUS_UNAVAIL, "initgroups is unavailable");
	is_number(start, 1, "initgroups adds no group");
	free(groups);
}

static void is_alice(const struct passwd *pw, const char *how)
{
	is_string(pw->pw_name, "alice", "%s: pw_name", how);
	is_string(pw->pw_passwd, "x", "%s: pw_passwd is \"x\", not the hash",
		  how);
	is_number(pw->pw_uid, 5001, "%s: pw_uid", how);
	is_number(pw->pw_gid, 5002, "%s: pw_gid", how);
	is_string(pw->pw_gecos, "", "%s: pw_gecos is empty, as it was missing",
		  how);
	is_string(pw->pw_dir, HOME, "%s: pw_dir", how);
	is_string(pw->pw_shell, "/bin/sh", "%s: pw_shell", how);
}

static void test_accounts(void)
{
	char buffer[256];
	struct passwd pw;
	int code = 0;

	about("with alice and root frozen");
	is_number(vns_frozen_active(), true, "vns_frozen_active is true");
	/* It is a copy: what it was made from may change. */
	alice_name[0] = 'm';
	is_number(_nss_vns_getpwnam_r("alice", &pw, buffer, 256, &code),
		  NSS_STATUS_SUCCESS,
		  "alice is found by name, though the original changes");
	alice_name[0] = 'a';
	is_alice(&pw, "alice by name");
	is_number(_nss_vns_getpwuid_r(5001, &pw, buffer, 256, &code),
		  NSS_STATUS_SUCCESS, "alice is found by uid");
	is_alice(&pw, "alice by uid");
	is_number(_nss_vns_getpwnam_r("root", &pw, buffer, 256, &code),
		  NSS_STATUS_SUCCESS, "root is found by name");
	is_number(pw.pw_uid, 0, "root by name: pw_uid is 0");
	is_number(_nss_vns_getpwuid_r(0, &pw, buffer, 256, &code),
		  NSS_STATUS_SUCCESS, "root is found by uid");
	is_string(pw.pw_shell, "/bin/bash", "root by uid: pw_shell");
	is_number(_nss_vns_getpwnam_r("bob", &pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND, "bob is not found by name");
	is_number(code, ENOENT, "bob is not found by name: errno is ENOENT");
	is_number(_nss_vns_getpwnam_r("", &pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND, "the empty name is not found");
	is_number(_nss_vns_getpwuid_r(1000, &pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND, "uid 1000 is not found");
}

/* The answer is ERANGE until it fits, at every size and every misalignment. */
static void test_sizes(void)
{
	static const size_t tty_size = sizeof(char *) + 4 + 2;
	size_t size, shift, odd = 0;
	struct passwd pw;
	struct group gr;
	int code;

	for (shift = 0; shift < 2 * sizeof(char *); shift++) {
		for (size = 0; size < 64; size++) {
			char *buffer = malloc(shift + size + 1);
			size_t skip;
			enum nss_status status;

			need(buffer, "malloc");
			skip = -(uintptr_t)(buffer + shift) % sizeof(char *);
			code = 0;
			status = _nss_vns_getpwnam_r(
				"alice", &pw, buffer + shift, size, &code);
			odd += size < ALICE_SIZE ?
				       status != NSS_STATUS_TRYAGAIN ||
					       code != ERANGE :
				       status != NSS_STATUS_SUCCESS ||
					       strcmp(pw.pw_shell, "/bin/sh");
			code = 0;
			status = _nss_vns_getgrgid_r(5, &gr, buffer + shift,
						     size, &code);
			odd += size < skip + tty_size ?
				       status != NSS_STATUS_TRYAGAIN ||
					       code != ERANGE :
				       status != NSS_STATUS_SUCCESS ||
					       strcmp(gr.gr_name, "tty") ||
					       gr.gr_mem[0];
			free(buffer);
		}
	}
	is_number(
		odd, 0,
		"buffers of every size and alignment get ERANGE until it fits");
}

static void test_groups(void)
{
	char buffer[64];
	struct group gr;
	int code = 0;

	about("the frozen group tty");
	is_number(_nss_vns_getgrnam_r("tty", &gr, buffer, 64, &code),
		  NSS_STATUS_SUCCESS, "it is found by name");
	is_number(gr.gr_gid, 5, "by name: gr_gid");
	is_string(gr.gr_passwd, "x", "by name: gr_passwd is \"x\"");
	is_number(_nss_vns_getgrgid_r(5, &gr, buffer, 64, &code),
		  NSS_STATUS_SUCCESS, "it is found by gid");
	is_string(gr.gr_name, "tty", "by gid: gr_name");
	is_number(_nss_vns_getgrnam_r("root", &gr, buffer, 64, &code),
		  NSS_STATUS_NOTFOUND, "group root is not found by name");
	is_number(_nss_vns_getgrgid_r(0, &gr, buffer, 64, &code),
		  NSS_STATUS_NOTFOUND, "group 0 is not found by gid");
}

static void test_lists(void)
{
	char buffer[256];
	struct passwd pw;
	struct group gr;
	int code = 0, round;

	for (round = 0; round < 2; round++) {
		_nss_vns_setpwent(0);
		about("lists of all accounts and groups, round %d", round + 1);
		is_number(_nss_vns_getpwent_r(&pw, buffer, 3, &code),
			  NSS_STATUS_TRYAGAIN,
			  "the first account does not fit into 3 bytes");
		is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
			  NSS_STATUS_SUCCESS,
			  "the first account is given where it fits");
		is_string(pw.pw_name, "alice",
			  "the first account is alice, and was not lost");
		is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
			  NSS_STATUS_SUCCESS, "a second account is given");
		is_string(pw.pw_name, "root", "the second account is root");
		is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
			  NSS_STATUS_NOTFOUND, "there is no third account");
		_nss_vns_endpwent();

		_nss_vns_setgrent(0);
		is_number(_nss_vns_getgrent_r(&gr, buffer, 3, &code),
			  NSS_STATUS_TRYAGAIN,
			  "the first group does not fit into 3 bytes");
		is_number(_nss_vns_getgrent_r(&gr, buffer, 256, &code),
			  NSS_STATUS_SUCCESS,
			  "the first group is given where it fits");
		is_number(_nss_vns_getgrent_r(&gr, buffer, 256, &code),
			  NSS_STATUS_NOTFOUND, "there is no second group");
		_nss_vns_endgrent();
	}
}

/*
 * This is called as glibc calls it: the list has start groups and room for
 * size, and may grow to limit, or to any size where that is -1.
 */
static void test_initgroups(void)
{
	static const struct {
		const char *what, *user;
		gid_t primary;
		long size, limit;
		enum nss_status status;
		long count;
	} rows[] = {
		{ "room enough for all groups", "alice", 5002, 16, -1,
		  NSS_STATUS_SUCCESS, 4 },
		{ "a list that must grow", "alice", 5002, 1, -1,
		  NSS_STATUS_SUCCESS, 4 },
		{ "another primary group", "alice", 9, 1, -1,
		  NSS_STATUS_SUCCESS, 5 },
		{ "a limit that is enough", "alice", 5002, 1, 4,
		  NSS_STATUS_SUCCESS, 4 },
		{ "a limit that is too low", "alice", 5002, 2, 3,
		  NSS_STATUS_SUCCESS, 3 },
		{ "a limit that is reached before", "alice", 5002, 1, 1,
		  NSS_STATUS_SUCCESS, 1 },
		{ "root, who is not the user", "root", 0, 4, -1,
		  NSS_STATUS_NOTFOUND, 1 },
		{ "bob, who is not frozen", "bob", 9, 4, -1,
		  NSS_STATUS_NOTFOUND, 1 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		gid_t *groups = calloc((size_t)rows[i].size, sizeof(gid_t));
		long start = 1, size = rows[i].size, g;
		int code = 0;
		bool right = true;

		need(groups, "calloc");
		groups[0] = rows[i].primary;
		about("initgroups with %s", rows[i].what);
		is_number(_nss_vns_initgroups_dyn(rows[i].user, rows[i].primary,
						  &start, &size, &groups,
						  rows[i].limit, &code),
			  rows[i].status, "its status");
		is_number(start, rows[i].count,
			  "the number of groups in the list");
		for (g = 1; g < start; g++)
			right = right &&
				groups[g] ==
					alice_groups[rows[i].primary == 5002 ?
							     g :
							     g - 1];
		ok(right && size >= start,
		   "the groups behind the first are alice's others, and the "
		   "list has room for them");
		free(groups);
	}
}

static void test_one_account(void)
{
	char buffer[256];
	struct passwd pw;
	int code = 0;

	freeze(&alice, NULL);
	about("with one account frozen");
	is_number(_nss_vns_getpwuid_r(0, &pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND,
		  "uid 0 is not found where the host has no root");
	freeze(&root, &root);
	_nss_vns_setpwent(0);
	is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
		  NSS_STATUS_SUCCESS,
		  "a session of root: the first account is given");
	is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND,
		  "a session of root: there is no second account");
	is_number(_nss_vns_getpwnam_r("alice", &pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND,
		  "alice, who was frozen before, is not found by name");
}

static void test_version(void)
{
	struct vns_frozen frozen = {
		.version = VNS_FROZEN_VERSION + 1,
		.user = &root,
	};

	about("version of the frozen structure");
	is_number(vns_frozen_version(), VNS_FROZEN_VERSION,
		  "it is the one of the header");
	freeze(&alice, &root);
	is_number(vns_frozen_set(&frozen), -EPROTO,
		  "a structure of another version is refused");
	is_number(
		vns_frozen_active(), true,
		"after a refusal the accounts frozen before are still active");
	vns_frozen_clear();
}

int main(void)
{
	struct passwd toor = root;

	test_thawed("at first");
	freeze(&alice, &root);
	test_accounts();
	test_sizes();
	test_groups();
	test_lists();
	test_initgroups();
	test_one_account();
	toor.pw_name = (char *)"toor";
	freeze(&toor, &root);
	vns_frozen_clear();
	test_version();
	test_thawed("at last");
	return finish();
}
