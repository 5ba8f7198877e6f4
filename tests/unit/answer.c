/* What the keeper answers the module; see pam_vns/wire/answer.h. */
#include "wire/answer.h"

#include "messages.h"

static char *log_lines[] = { (char *)"6 one", (char *)"4 two \\x0a", NULL };
static char *variables[] = { (char *)"VNS_NAME=acme",
			     (char *)"A=", (char *)"drop KRB5*", NULL };
static gid_t ten[] = { 1000, 4, 24, 27, 30, 46, 100, 4294967294, 0, 1 };

static const struct vns_answer full = {
	.kind = VNS_ANSWER_PLACE,
	.log = { log_lines, 2 },
	.trace = "user=alice service=sshd vserver=acme",
	.vserver = "acme",
	.message = "Your home directory\ndoes not exist.",
	.descriptors = VNS_ANSWER_FDSET(VNS_NS_MNT) |
		       VNS_ANSWER_FDSET(VNS_ANSWER_ROOT),
	.capabilities = 1ULL << 40 | 1,
	.kept = 1ULL << 40 | 3,
	.no_new_privs = true,
	.seccomp = true,
	.restarts = true,
	.environment = { variables, 3 },
	.has_ids = true,
	.outside_uid = 100000,
	.outside_gid = 100001,
	.owner = 1002,
};

static const struct vns_answer identity = {
	.kind = VNS_ANSWER_IDENTITY,
	.user = { .pw_name = (char *)"alice",
		  .pw_passwd = (char *)"$6$hash",
		  .pw_uid = 1000,
		  .pw_gid = 1001,
		  .pw_gecos = (char *)"Alice, Room 1:2",
		  .pw_dir = (char *)"/home/alice",
		  .pw_shell = (char *)"/bin/sh" },
	.root = { .pw_name = (char *)"root",
		  .pw_gecos = (char *)"",
		  .pw_dir = (char *)"/root",
		  .pw_shell = (char *)"" },
	.groups = ten,
	.group_count = LENGTH(ten),
	.has_tty = true,
	.tty = 5,
};

static void check_identity(const struct vns_answer *answer)
{
	size_t i, same = 0;

	is_string(answer->user.pw_name, "alice", "the user's name");
	is_string(answer->user.pw_passwd, "x", "no hash is sent");
	is_number(answer->user.pw_uid, 1000, "the user's id");
	is_number(answer->user.pw_gid, 1001, "the user's primary group");
	is_string(answer->user.pw_gecos, "Alice, Room 1:2", "the full name");
	is_string(answer->user.pw_dir, "/home/alice", "the home directory");
	is_string(answer->user.pw_shell, "/bin/sh", "the shell");
	is_string(answer->root.pw_name, "root", "root's name");
	is_string(answer->root.pw_passwd, "x", "root's hash is not there");
	is_string(answer->root.pw_gecos, "", "root's full name is empty");
	is_string(answer->root.pw_dir, "/root", "root's home directory");
	is_string(answer->root.pw_shell, "", "root's shell is empty");
	is_number(answer->group_count, LENGTH(ten), "the number of groups");
	for (i = 0; i < answer->group_count; i++)
		same += answer->groups[i] == ten[i];
	is_number(same, LENGTH(ten), "all groups, in their order");
	ok(answer->has_tty && answer->tty == 5, "the group tty");
}

/* Packs and unpacks it; nothing of the message is used after that. */
static void send_and_read(const struct vns_answer *sent,
			  struct vns_answer *answer)
{
	struct vns_error err;
	size_t length = 0;
	char *text = NULL;

	need(vns_answer_pack(sent, &text, &length, &err) == 0, "a message");
	is_number(vns_answer_unpack(text, length, answer, &err), 0,
		  "it is read");
	ok(!memmem(text, length, "hash", 4), "the message has no hash");
	memset(text, 'x', length);
	free(text);
}

static void test_values(void)
{
	VNS_AUTOANSWER struct vns_answer answer = { 0 };

	about("an answer with everything");
	send_and_read(&full, &answer);
	is_number(answer.kind, VNS_ANSWER_PLACE, "the kind");
	is_number(answer.log.count, 2, "the number of log lines");
	is_string(answer.log.items[0], "6 one", "the first log line");
	is_string(answer.log.items[1], "4 two \\x0a", "the second log line");
	is_string(answer.trace, full.trace, "the trace");
	ok(!answer.notice, "no notice");
	is_string(answer.vserver, "acme", "the vserver");
	is_string(answer.message, full.message, "the message for the user");
	is_number(answer.descriptors, full.descriptors, "the descriptors");
	is_number(answer.capabilities, full.capabilities, "the capabilities");
	is_number(answer.kept, full.kept, "the process's capabilities");
	ok(answer.no_new_privs && answer.seccomp, "the restrictions");
	ok(answer.restarts, "the vserver may be started again");
	is_number(answer.environment.count, 3,
		  "the number of rules of variables");
	is_string(answer.environment.items[2], "drop KRB5*",
		  "the variables that are to be dropped");
	ok(answer.has_ids && answer.outside_uid == 100000 &&
		   answer.outside_gid == 100001,
	   "the ids as seen from here");
	is_number(answer.owner, 1002, "who may own the user namespaces");
}

static void test_identity(void)
{
	VNS_AUTOANSWER struct vns_answer answer = { 0 };

	about("an identity");
	send_and_read(&identity, &answer);
	is_number(answer.kind, VNS_ANSWER_IDENTITY, "the kind");
	check_identity(&answer);
}

#define LEAST                                                       \
	"pam_vns=3|kind=3|vserver=a|descriptors=64|capabilities=0|" \
	"kept=0|owner=0|"
#define WHO_START                                                    \
	"pam_vns=3|kind=4|user=u|user.uid=7|user.gid=8|user.gecos=|" \
	"user.home=|user.shell=|groups="
#define WHO_END "8|"

static void test_least(void)
{
	VNS_AUTOANSWER struct vns_answer answer = { 0 };
	struct vns_error err;
	size_t length = 0;
	char *text = make_message(LEAST, &length);

	about("the least answer that places a user");
	is_number(vns_answer_unpack(text, length, &answer, &err), 0,
		  "it is read");
	ok(!answer.trace && !answer.notice && !answer.message,
	   "what may be missing is NULL");
	ok(!answer.has_ids && !answer.restarts, "no flag is set");
	ok(answer.log.count == 0 && answer.environment.count == 0,
	   "the lists are empty");
	free(text);
	vns_answer_free(&answer);
	text = make_message(WHO_START WHO_END, &length);
	about("the least identity");
	is_number(vns_answer_unpack(text, length, &answer, &err), 0,
		  "it is read");
	ok(!answer.root.pw_name && !answer.root.pw_passwd,
	   "there is no account of root");
	ok(!answer.has_tty, "there is no group tty");
	free(text);
}

static void test_kinds_packed(void)
{
	static const struct {
		enum vns_answer_kind kind;
		const char *text;
	} rows[] = {
		{ VNS_ANSWER_STAY,
		  "pam_vns=3|kind=0|log=6 one|log=4 two \\x0a|trace=t|" },
		{ VNS_ANSWER_REFUSE, "pam_vns=3|kind=1|log=6 one|log=4 two "
				     "\\x0a|trace=t|notice=No.|" },
		{ VNS_ANSWER_MAY, "pam_vns=3|kind=2|log=6 one|log=4 two "
				  "\\x0a|trace=t|vserver=acme|" },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		struct vns_answer answer = full;
		struct vns_error err;
		size_t length = 0, size;
		char *text = NULL, *wanted = make_message(rows[i].text, &size);

		about("an answer of kind %u with everything set", rows[i].kind);
		answer.kind = rows[i].kind;
		answer.trace = "t";
		answer.notice = "No.";
		is_number(vns_answer_pack(&answer, &text, &length, &err), 0,
			  "it is packed");
		ok(length == size && memcmp(text, wanted, size) == 0,
		   "it has what belongs to its kind");
		free(text);
		free(wanted);
	}
}

/* What the other side would not take is not sent. */
static void test_not_packed(void)
{
	enum { IDENTITIES = 7 };
	struct vns_answer rows[12];
	char *line[] = { (char *)"6 a\n", NULL };
	gid_t none = (gid_t)-1;
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		rows[i] = full;
	for (i = IDENTITIES; i < LENGTH(rows); i++)
		rows[i] = identity;
	rows[0].kind = (enum vns_answer_kind)5;
	rows[1].log = (struct vns_strings){ line, 1 };
	rows[2].trace = "a\nb";
	rows[3].vserver = "..";
	rows[4].descriptors = 1;
	rows[5].descriptors = ~0U;
	rows[6].environment = (struct vns_strings){ line, 1 };
	rows[7].user.pw_name = NULL;
	rows[8].user.pw_uid = none;
	rows[9].root.pw_dir = NULL;
	rows[10].group_count = 0;
	rows[11].groups = &none;
	rows[11].group_count = 1;
	for (i = 0; i < LENGTH(rows); i++) {
		struct vns_error err = { "" };
		size_t length = 0;
		char *text = NULL;

		about("an answer that row %zu has spoilt", i);
		is_number(vns_answer_pack(&rows[i], &text, &length, &err),
			  -EINVAL, "it is not packed");
		ok(!text && err.text[0], "there is an error, and no text");
	}
}

static void test_size(void)
{
	enum { MANY = VNS_ANSWER_GROUPS_MAX };
	struct vns_answer answer = identity;
	VNS_AUTOFREE gid_t *groups = calloc(MANY + 1, sizeof(*groups));
	VNS_AUTOFREE char *trace = malloc(VNS_ANSWER_MAX);
	VNS_AUTOFREE char *text = NULL;
	char *none = NULL;
	struct vns_error err;
	size_t length = 0, i;

	need(groups && trace, "malloc");
	for (i = 0; i <= MANY; i++)
		groups[i] = 4294967294;
	answer.groups = groups;
	answer.group_count = MANY;
	about("65,536 groups");
	is_number(vns_answer_pack(&answer, &text, &length, &err), 0,
		  "they are packed");
	ok(length < VNS_ANSWER_MAX, "they fit");
	is_number(answer_again(text, length), 0, "they are read");
	answer.group_count++;
	is_number(vns_answer_pack(&answer, &none, &length, &err), -EINVAL,
		  "one more is not packed");
	about("a large answer");
	answer = full;
	memset(trace, 't', VNS_ANSWER_MAX - 1);
	trace[VNS_ANSWER_MAX - 1] = '\0';
	answer.trace = trace;
	is_number(vns_answer_pack(&answer, &none, &length, &err), -E2BIG,
		  "it is not packed");
	ok(!none, "there is nothing to free");
	trace[VNS_ANSWER_MAX - 1] = 't';
	is_number(vns_answer_unpack(trace, VNS_ANSWER_MAX + 1, &answer, &err),
		  -E2BIG, "it is not read");
}

/* More groups than a process can have are not read either. */
static void test_many_groups(void)
{
	enum { MANY = VNS_ANSWER_GROUPS_MAX };
	VNS_AUTOFREE char *from = malloc(3 * (size_t)MANY);
	size_t length, count, i;

	need(from, "malloc");
	about("groups");
	for (count = MANY; count <= MANY + 1; count++) {
		char *at = stpcpy(from, WHO_START), *text;

		for (i = 1; i < count; i++)
			at = stpcpy(at, "1,");
		strcpy(at, WHO_END);
		text = make_message(from, &length);
		is_number(answer_again(text, length),
			  count > MANY ? -EINVAL : 0, "%zu of them", count);
		free(text);
	}
}

/* More log lines than may be are refused, and soon. */
static void test_many_lines(void)
{
	static const char line[] = "log=6 a";
	const size_t start = sizeof("pam_vns=3|kind=0|") - 1;
	size_t count, length;
	char *text;

	about("log lines");
	for (count = VNS_ANSWER_LIST_MAX; count <= VNS_ANSWER_LIST_MAX + 1;
	     count++) {
		size_t i;

		text = malloc(start + count * sizeof(line));
		need(text, "malloc");
		memcpy(text, "pam_vns=3\0kind=0", start);
		for (i = 0; i < count; i++)
			memcpy(text + start + i * sizeof(line), line,
			       sizeof(line));
		length = start + count * sizeof(line);
		is_number(answer_again(text, length),
			  count > VNS_ANSWER_LIST_MAX ? -EINVAL : 0,
			  "%zu of them", count);
		free(text);
	}
}

static void damage(const struct vns_answer *answer, const char *what)
{
	struct vns_error err;
	size_t length = 0;
	char *text = NULL;

	about("%s", what);
	need(vns_answer_pack(answer, &text, &length, &err) == 0, "a message");
	cut_everywhere(text, length, answer_again);
	change_everything(text, length, answer_again);
	free(text);
}

static void test_names(void)
{
	static const char *const names[VNS_ANSWER_FDS] = {
		"uts",	   "ipc", "net",	  "cgroup", "time",
		"pid",	   "mnt", "user",	  "root",   "guard",
		"process", "cwd", "cgroup.procs",
	};
	size_t i;

	about("the names of descriptors");
	for (i = 0; i < LENGTH(names); i++)
		is_string(vns_answer_fd_name((enum vns_answer_fd)i), names[i],
			  "descriptor %zu is %s", i, names[i]);
}

int main(void)
{
	test_values();
	test_identity();
	test_least();
	test_kinds_packed();
	test_not_packed();
	test_size();
	test_many_groups();
	test_many_lines();
	damage(&full, "an answer with everything");
	damage(&identity, "an identity");
	test_names();
	return finish();
}
