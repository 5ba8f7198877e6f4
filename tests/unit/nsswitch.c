/*
 * Tests how lines of nsswitch.conf(5) are read; see pam_vns/system/nsswitch.h.
 */
#include "system/nsswitch.h"

#include "tap.h"

static void test_nsswitch_next(void)
{
	static const struct {
		const char *line, *services;
	} rows[] = {
		{ "", "" },
		{ " \t", "" },
		{ "files", "files," },
		{ "files  systemd\t", "files,systemd," },
		{ "sss [NOTFOUND=return] files", "sss,files," },
		{ "sss[!UNAVAIL = return  SUCCESS=merge]files", "sss,files," },
		{ "[NOTFOUND=return] files [", "files," },
		{ "files [SUCCESS=merge", "files," },
		{ "files[", "files," },
		{ "a [x] [y] b", "a,b," },
	};
	size_t i;

	about("a line of nsswitch.conf");
	for (i = 0; i < LENGTH(rows); i++) {
		char line[64], all[64] = "";
		char *rest = line, *service;

		strcpy(line, rows[i].line);
		while ((service = vns_nsswitch_next(&rest))) {
			strcat(all, service);
			strcat(all, ",");
		}
		is_string(all, rows[i].services,
			  "the services in \"%s\", without actions",
			  rows[i].line);
	}
}

/* glibc takes a line of any length. */
#define TEN \
	"files [SUCCESS=merge] db [NOTFOUND=continue] sss [UNAVAIL=continue]"

static void test_nsswitch(void)
{
	static const struct {
		const char *text, *result;
	} rows[] = {
		{ "passwd: files", "files" },
		{ "passwd:files\n", "files" },
		{ " passwd \t: files  systemd \t\r\n", "files  systemd" },
		{ "group: a\npasswd: b\nshadow: c\n", "b" },
		{ "passwd: files # passwd: x", "files" },
		{ "#passwd: a\n# passwd: b\npasswd: c", "c" },
		{ "passwd_compat: a\npasswd: b", "b" },
		{ "xpasswd: a\npasswd: b", "b" },
		{ "passw: a\npasswd: b", "b" },
		{ "passwd files\npasswd: b", "b" },
		{ "passwd: files [NOTFOUND=return] ldap\n",
		  "files [NOTFOUND=return] ldap" },
		{ "\n\npasswd: b", "b" },
		{ "passwd: 1234567890123456789012345678",
		  "1234567890123456789012345678" },
		{ "passwd: " TEN TEN TEN TEN TEN TEN " a",
		  TEN TEN TEN TEN TEN TEN " a" },
		{ "passwd:\ngroup: a", NULL },
		{ "passwd: # none\n", NULL },
		{ "passwd", NULL },
		{ "group: passwd: a", NULL },
		{ "", NULL },
		{ "\n", NULL },
	};
	size_t i;

	about("nsswitch.conf");
	for (i = 0; i < LENGTH(rows); i++) {
		char *services;

		is_number(vns_nsswitch_find(rows[i].text, "passwd", &services),
			  0, "\"%s\" is searched", rows[i].text);
		is_string(services, rows[i].result,
			  "the services of passwd in \"%s\"", rows[i].text);
		free(services);
	}
}

int main(void)
{
	test_nsswitch();
	test_nsswitch_next();
	return finish();
}
