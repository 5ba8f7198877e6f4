/* libnss_vns.so.2's answers, asked as glibc asks; see pam_vns/module/nss_vns.h. */
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

/* "alice" "x" "" HOME "/bin/sh", each with a NUL. */
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

static void test_thawed(void)
{
	gid_t *groups = calloc(4, sizeof(gid_t));
	long start = 1, size = 4;
	char buffer[256];
	struct passwd pw;
	struct group gr;
	int code = 0;

	need(groups, "calloc");
	is_number(vns_frozen_active(), false, "nothing is frozen");
	is_number(_nss_vns_getpwnam_r("alice", &pw, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getpwnam");
	is_number(_nss_vns_getpwuid_r(0, &pw, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getpwuid");
	is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getpwent");
	is_number(_nss_vns_getgrnam_r("tty", &gr, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getgrnam");
	is_number(_nss_vns_getgrgid_r(0, &gr, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getgrgid");
	is_number(_nss_vns_getgrent_r(&gr, buffer, 256, &code),
		  NSS_STATUS_UNAVAIL, "getgrent");
	is_number(_nss_vns_initgroups_dyn("alice", 0, &start, &size, &groups,
					  -1, &code),
		  NSS_STATUS_UNAVAIL, "initgroups");
	is_number(start, 1, "and no group");
	free(groups);
}

static void is_alice(const struct passwd *pw)
{
	is_string(pw->pw_name, "alice", "name");
	is_string(pw->pw_passwd, "x", "no hash");
	is_number(pw->pw_uid, 5001, "uid");
	is_number(pw->pw_gid, 5002, "gid");
	is_string(pw->pw_gecos, "", "a missing gecos is empty");
	is_string(pw->pw_dir, HOME, "home");
	is_string(pw->pw_shell, "/bin/sh", "shell");
}

static void test_accounts(void)
{
	char buffer[256];
	struct passwd pw;
	int code = 0;

	is_number(vns_frozen_active(), true, "frozen");
	/* A copy: what it was made from may change. */
	alice_name[0] = 'm';
	is_number(_nss_vns_getpwnam_r("alice", &pw, buffer, 256, &code),
		  NSS_STATUS_SUCCESS, "the user by name");
	alice_name[0] = 'a';
	is_alice(&pw);
	is_number(_nss_vns_getpwuid_r(5001, &pw, buffer, 256, &code),
		  NSS_STATUS_SUCCESS, "the user by uid");
	is_alice(&pw);
	is_number(_nss_vns_getpwnam_r("root", &pw, buffer, 256, &code),
		  NSS_STATUS_SUCCESS, "root by name");
	is_number(pw.pw_uid, 0, "uid 0");
	is_number(_nss_vns_getpwuid_r(0, &pw, buffer, 256, &code),
		  NSS_STATUS_SUCCESS, "root by uid");
	is_string(pw.pw_shell, "/bin/bash", "its shell");
	is_number(_nss_vns_getpwnam_r("bob", &pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND, "nobody else by name");
	is_number(code, ENOENT, "errno");
	is_number(_nss_vns_getpwnam_r("", &pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND, "nor without one");
	is_number(_nss_vns_getpwuid_r(1000, &pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND, "nor by uid");
}

/* ERANGE until it fits, at every size and every misalignment. */
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
	is_number(odd, 0, "every size of buffer, aligned or not");
}

static void test_groups(void)
{
	char buffer[64];
	struct group gr;
	int code = 0;

	is_number(_nss_vns_getgrnam_r("tty", &gr, buffer, 64, &code),
		  NSS_STATUS_SUCCESS, "tty by name");
	is_number(gr.gr_gid, 5, "its gid");
	is_string(gr.gr_passwd, "x", "no password");
	is_number(_nss_vns_getgrgid_r(5, &gr, buffer, 64, &code),
		  NSS_STATUS_SUCCESS, "tty by gid");
	is_string(gr.gr_name, "tty", "its name");
	is_number(_nss_vns_getgrnam_r("root", &gr, buffer, 64, &code),
		  NSS_STATUS_NOTFOUND, "no other by name");
	is_number(_nss_vns_getgrgid_r(0, &gr, buffer, 64, &code),
		  NSS_STATUS_NOTFOUND, "no other by gid");
}

static void test_lists(void)
{
	char buffer[256];
	struct passwd pw;
	struct group gr;
	int code = 0, round;

	for (round = 0; round < 2; round++) {
		_nss_vns_setpwent(0);
		is_number(_nss_vns_getpwent_r(&pw, buffer, 3, &code),
			  NSS_STATUS_TRYAGAIN, "first account, no room");
		is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
			  NSS_STATUS_SUCCESS, "first account");
		is_string(pw.pw_name, "alice", "not lost");
		is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
			  NSS_STATUS_SUCCESS, "second account");
		is_string(pw.pw_name, "root", "root");
		is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
			  NSS_STATUS_NOTFOUND, "no third");
		_nss_vns_endpwent();

		_nss_vns_setgrent(0);
		is_number(_nss_vns_getgrent_r(&gr, buffer, 3, &code),
			  NSS_STATUS_TRYAGAIN, "the group, no room");
		is_number(_nss_vns_getgrent_r(&gr, buffer, 256, &code),
			  NSS_STATUS_SUCCESS, "the group");
		is_number(_nss_vns_getgrent_r(&gr, buffer, 256, &code),
			  NSS_STATUS_NOTFOUND, "no other");
		_nss_vns_endgrent();
	}
}

/*
 * As glibc calls it: start groups are in a list with room for size, which may
 * grow to limit (-1: any).
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
		{ "room enough", "alice", 5002, 16, -1, NSS_STATUS_SUCCESS, 4 },
		{ "grows", "alice", 5002, 1, -1, NSS_STATUS_SUCCESS, 4 },
		{ "another primary group", "alice", 9, 1, -1,
		  NSS_STATUS_SUCCESS, 5 },
		{ "a limit that is enough", "alice", 5002, 1, 4,
		  NSS_STATUS_SUCCESS, 4 },
		{ "a limit between", "alice", 5002, 2, 3, NSS_STATUS_SUCCESS,
		  3 },
		{ "a limit that is full", "alice", 5002, 1, 1,
		  NSS_STATUS_SUCCESS, 1 },
		{ "root", "root", 0, 4, -1, NSS_STATUS_NOTFOUND, 1 },
		{ "another user", "bob", 9, 4, -1, NSS_STATUS_NOTFOUND, 1 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		gid_t *groups = calloc((size_t)rows[i].size, sizeof(gid_t));
		long start = 1, size = rows[i].size, g;
		int code = 0;
		bool right = true;

		need(groups, "calloc");
		groups[0] = rows[i].primary;
		is_number(_nss_vns_initgroups_dyn(rows[i].user, rows[i].primary,
						  &start, &size, &groups,
						  rows[i].limit, &code),
			  rows[i].status, "initgroups: %s", rows[i].what);
		is_number(start, rows[i].count, "its count");
		for (g = 1; g < start; g++)
			right = right &&
				groups[g] ==
					alice_groups[rows[i].primary == 5002 ?
							     g :
							     g - 1];
		ok(right && size >= start, "its groups");
		free(groups);
	}
}

static void test_one_account(void)
{
	char buffer[256];
	struct passwd pw;
	int code = 0;

	freeze(&alice, NULL);
	is_number(_nss_vns_getpwuid_r(0, &pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND, "a host without root");
	freeze(&root, &root);
	_nss_vns_setpwent(0);
	is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
		  NSS_STATUS_SUCCESS, "root's own session: root");
	is_number(_nss_vns_getpwent_r(&pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND, "once");
	is_number(_nss_vns_getpwnam_r("alice", &pw, buffer, 256, &code),
		  NSS_STATUS_NOTFOUND, "who was frozen before is gone");
}

static void test_version(void)
{
	struct vns_frozen frozen = {
		.version = VNS_FROZEN_VERSION + 1,
		.user = &root,
	};

	is_number(vns_frozen_version(), VNS_FROZEN_VERSION, "its version");
	freeze(&alice, &root);
	is_number(vns_frozen_set(&frozen), -EPROTO, "another is refused");
	is_number(vns_frozen_active(), true, "what was frozen is still");
	vns_frozen_clear();
}

int main(void)
{
	struct passwd toor = root;

	test_thawed();
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
	test_thawed();
	return finish();
}
