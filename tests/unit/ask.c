/* What the module asks the keeper; see pam_vns/wire/ask.h. */
#include "wire/ask.h"

#include "messages.h"
#include "wire/version.h"

static int again(const char *text, size_t length)
{
	struct vns_strings fields = { 0 };
	struct vns_error err = { "" };
	struct vns_ask ask;
	size_t size = 0;
	char *back = NULL;
	int rc = vns_ask_unpack(text, length, &fields, &ask, &err);

	if ((rc < 0) != (err.text[0] != '\0'))
		rc = -ENOMSG;
	if (rc == 0 && (vns_ask_pack(&ask, &back, &size, &err) < 0 ||
			size != length || memcmp(back, text, size) != 0))
		rc = -ENOMSG;
	vns_strings_free(&fields);
	free(back);
	return rc;
}

#define START "pam_vns=3|phase=1|"
#define LEAST START "config=/c|user=alice|service=su|"

static void test_unpack(void)
{
	static const struct {
		const char *text;
		int rc;
	} rows[] = {
		{ LEAST, 0 },
		{ "pam_vns=3|phase=0|config=/c|user=a|service=s|", 0 },
		{ "pam_vns=3|phase=2|config=/c|user=a|service=s|", 0 },
		{ START "debug=1|config=/c|user=a|ruser=b|service=s|tty=t|"
			"rhost=h|cwd=/|terminal=/t|reopens=1|attempt=1.2|"
			"retry=1|",
		  0 },
		/* Strangers choose these. */
		{ START "config=/c|user=a=b|service=s|", 0 },
		{ START "config=/c|user=\x1b[31m\xff\n|service=s|", 0 },
		{ LEAST "rhost=user=root|", 0 },
		/* Another version, whatever the rest is. */
		{ "pam_vns=1|phase=1|config=/c|user=a|service=s|", -EPROTO },
		{ "pam_vns=1|", -EPROTO },
		{ "pam_vns=4294967295|x", -EPROTO },
		/* No version. */
		{ "", -EINVAL },
		{ "|", -EINVAL },
		{ "pam_vns=3", -EINVAL },
		{ "pam_vns=|", -EINVAL },
		{ "pam_vns=0|", -EINVAL },
		{ "pam_vns=01|phase=1|config=/c|user=a|service=s|", -EINVAL },
		{ "pam_vns=-1|", -EINVAL },
		{ "pam_vns=4294967296|", -EINVAL },
		{ "phase=1|config=/c|user=a|service=s|", -EINVAL },
		/* Something is missing. */
		{ "pam_vns=3|", -EINVAL },
		{ "pam_vns=3|config=/c|user=a|service=s|", -EINVAL },
		{ START, -EINVAL },
		{ START "user=a|service=s|", -EINVAL },
		{ START "config=/c|service=s|", -EINVAL },
		{ START "config=/c|user=a|", -EINVAL },
		{ START "config=/c|user=a|service=s", -EINVAL },
		/* Something is there twice, or in another order. */
		{ LEAST "service=su|", -EINVAL },
		{ LEAST "phase=1|", -EINVAL },
		{ START START "config=/c|user=a|service=s|", -EINVAL },
		{ LEAST "cwd=/|rhost=h|", -EINVAL },
		{ LEAST "debug=1|", -EINVAL },
		/* Something is not known. */
		{ LEAST "uid=0|", -EINVAL },
		{ LEAST "cwd|", -EINVAL },
		{ LEAST "|", -EINVAL },
		{ LEAST "=|", -EINVAL },
		/* A value is not one. */
		{ "pam_vns=3|phase=3|config=/c|user=a|service=s|", -EINVAL },
		{ "pam_vns=3|phase=01|config=/c|user=a|service=s|", -EINVAL },
		{ "pam_vns=3|phase=|config=/c|user=a|service=s|", -EINVAL },
		{ "pam_vns=3|phase=-1|config=/c|user=a|service=s|", -EINVAL },
		{ "pam_vns=3|phase=4294967297|config=/c|user=a|service=s|",
		  -EINVAL },
		{ START "config=c|user=a|service=s|", -EINVAL },
		{ START "config=|user=a|service=s|", -EINVAL },
		{ START "config=/c|user=|service=s|", -EINVAL },
		{ START "config=/c|user=a|service=|", -EINVAL },
		{ START "debug=0|config=/c|user=a|service=s|", -EINVAL },
		{ LEAST "rhost=|", -EINVAL },
		{ LEAST "cwd=tmp|", -EINVAL },
		{ LEAST "terminal=tty1|", -EINVAL },
		{ LEAST "reopens=yes|", -EINVAL },
	};
	size_t i, length;

	for (i = 0; i < LENGTH(rows); i++) {
		char *text = make_message(rows[i].text, &length);

		about("\"%s\"", rows[i].text);
		is_number(again(text, length), rows[i].rc, "it is %s",
			  rows[i].rc ? "refused" :
				       "read, and the same when packed again");
		free(text);
	}
}

static const struct vns_ask full = {
	.phase = VNS_ASK_OPEN,
	.debug = true,
	.config = "/etc/vns/pam_vns.conf",
	.who = { .user = "alice",
		 .ruser = "bob",
		 .service = "sshd",
		 .tty = "ssh",
		 .rhost = "192.0.2.1" },
	.cwd = "/srv",
	.terminal = "/dev/pts/7",
	.reopens = true,
};

static void test_values(void)
{
	struct vns_strings fields = { 0 };
	struct vns_error err;
	struct vns_ask ask;
	size_t length = 0;
	char *text = NULL;

	about("a message with everything");
	need(vns_ask_pack(&full, &text, &length, &err) == 0, "a message");
	is_number(vns_ask_unpack(text, length, &fields, &ask, &err), 0,
		  "it is read");
	memset(text, 'x', length);
	free(text);
	is_number(ask.phase, VNS_ASK_OPEN, "the phase");
	ok(ask.debug && ask.reopens, "both flags are set");
	is_string(ask.config, full.config, "the configuration");
	is_string(ask.who.user, "alice", "the user");
	is_string(ask.who.ruser, "bob", "the remote user");
	is_string(ask.who.service, "sshd", "the service");
	is_string(ask.who.tty, "ssh", "the PAM item tty");
	is_string(ask.who.rhost, "192.0.2.1", "the remote host");
	is_string(ask.cwd, "/srv", "the working directory");
	is_string(ask.terminal, "/dev/pts/7", "the terminal");
	vns_strings_free(&fields);

	about("a message with what must be there");
	text = make_message(LEAST, &length);
	is_number(vns_ask_unpack(text, length, &fields, &ask, &err), 0,
		  "it is read");
	ok(!ask.who.ruser && !ask.who.tty && !ask.who.rhost && !ask.cwd &&
		   !ask.terminal,
	   "all other strings are NULL");
	ok(!ask.debug && !ask.reopens, "no flag is set");
	vns_strings_free(&fields);
	free(text);
}

static void test_pack(void)
{
	static const struct {
		const char *config, *user, *service, *rhost, *cwd;
		int rc;
	} rows[] = {
		{ "/c", "a", "s", NULL, NULL, 0 },
		{ "/c", "a", "s", "", "", 0 },
		{ "/c", "a", "s", "\n", "/\n", 0 },
		{ NULL, "a", "s", NULL, NULL, -EINVAL },
		{ "c", "a", "s", NULL, NULL, -EINVAL },
		{ "/c", NULL, "s", NULL, NULL, -EINVAL },
		{ "/c", "", "s", NULL, NULL, -EINVAL },
		{ "/c", "a", NULL, NULL, NULL, -EINVAL },
		{ "/c", "a", "", NULL, NULL, -EINVAL },
		{ "/c", "a", "s", NULL, "here", -EINVAL },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		const struct vns_ask ask = { .config = rows[i].config,
					     .who = { .user = rows[i].user,
						      .service =
							      rows[i].service,
						      .rhost = rows[i].rhost },
					     .cwd = rows[i].cwd };
		struct vns_error err;
		size_t length = 0;
		char *text = NULL;

		about("packing row %zu", i);
		is_number(vns_ask_pack(&ask, &text, &length, &err), rows[i].rc,
			  "it is %s", rows[i].rc ? "refused" : "packed");
		if (rows[i].rc == 0)
			is_number(again(text, length), 0,
				  "it is read, and the same when packed again");
		else
			ok(!text, "there is nothing to free");
		free(text);
	}
}

/* The largest message fits, and no larger one is made or read. */
static void test_size(void)
{
	struct vns_ask ask = full;
	struct vns_strings fields = { 0 };
	struct vns_error err;
	char *text = NULL, *rhost;
	size_t length = 0, more;

	about("the size of a message");
	need(vns_ask_pack(&ask, &text, &length, &err) == 0, "a message");
	free(text);
	more = VNS_ASK_MAX - length + strlen(full.who.rhost);
	rhost = malloc(more + 2);
	text = malloc(VNS_ASK_MAX + 1);
	need(rhost && text, "malloc");
	memset(rhost, 'h', more + 1);
	rhost[more + 1] = '\0';
	memset(text, 'x', VNS_ASK_MAX + 1);
	ask.who.rhost = rhost;
	is_number(vns_ask_unpack(text, VNS_ASK_MAX + 1, &fields, &ask, &err),
		  -E2BIG, "one byte too many is not read");
	vns_strings_free(&fields);
	free(text);
	ask = full;
	ask.who.rhost = rhost;
	text = NULL;
	is_number(vns_ask_pack(&ask, &text, &length, &err), -E2BIG,
		  "one byte too many is not packed");
	ok(!text && strstr(err.text, "65536"), "the error says the limit");
	rhost[more] = '\0';
	is_number(vns_ask_pack(&ask, &text, &length, &err), 0,
		  "the largest message is packed");
	is_number(length, VNS_ASK_MAX, "its size is the limit");
	is_number(again(text, length), 0, "it is read");
	free(text);
	free(rhost);
}

static void test_versions(void)
{
	struct vns_strings fields = { 0 };
	struct vns_error err = { "" };
	struct vns_ask ask;
	size_t length;
	char *text = make_message("pam_vns=7|", &length);

	about("a message of version 7");
	is_number(VNS_WIRE_VERSION, 3, "the version here is 3");
	vns_ask_unpack(text, length, &fields, &ask, &err);
	is_string(err.text,
		  "pam_vns.so in the service that the user logs in by (sshd, "
		  "su), and the keeper, are of different versions (7 and 3): "
		  "restart vns.service, or log in again",
		  "the error says what to do");
	vns_strings_free(&fields);
	free(text);
}

static void test_damage(void)
{
	struct vns_error err;
	size_t length = 0;
	char *text = NULL;

	about("a message with everything");
	need(vns_ask_pack(&full, &text, &length, &err) == 0, "a message");
	cut_everywhere(text, length, again);
	change_everything(text, length, again);
	free(text);
}

int main(void)
{
	test_unpack();
	test_values();
	test_pack();
	test_size();
	test_versions();
	test_damage();
	return finish();
}
