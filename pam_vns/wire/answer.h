/*
 * What the keeper answers the module: a list of fields (lib/fields.h), in the
 * order of struct vns_answer. Pure: it sends nothing.
 */
#ifndef VNS_ANSWER_H
#define VNS_ANSWER_H

#include "lib/capname.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/nsname.h"
#include "lib/util.h"

#include <pwd.h>
#include <sys/types.h>

/* The size of a message at most, in bytes: 65,536 groups fit. */
#define VNS_ANSWER_MAX ((size_t)1024 * 1024)
/* A user's groups at most: NGROUPS_MAX of Linux. */
#define VNS_ANSWER_GROUPS_MAX 65536
/* The log lines at most, and the rules of the environment. */
#define VNS_ANSWER_LIST_MAX 4096

enum vns_answer_kind {
	VNS_ANSWER_STAY,   /* the user is not placed */
	VNS_ANSWER_REFUSE, /* the login is refused */
	/*
	 * The account phase: the user may enter the vserver. "placed?": the
	 * user is placed, or nobody knows.
	 */
	VNS_ANSWER_MAY,
	/*
	 * The session is to enter the vserver, as soon as one of the other two
	 * follows: VNS_ANSWER_IDENTITY, for whose lookups the module need not
	 * wait idly, or VNS_ANSWER_REFUSE.
	 */
	VNS_ANSWER_PLACE,
	VNS_ANSWER_IDENTITY, /* what the process is to know inside */
};

/*
 * The descriptors that come along with VNS_ANSWER_PLACE, in the order in which
 * they are sent: first the namespaces, by enum vns_ns. Those that the set
 * "descriptors" does not have are left out, without a gap.
 */
enum vns_answer_fd {
	VNS_ANSWER_NS = 0,
	VNS_ANSWER_ROOT = VNS_NS_COUNT, /* as in struct vns_place */
	VNS_ANSWER_GUARD,
	VNS_ANSWER_PROCESS,
	VNS_ANSWER_CWD,	   /* the directory to begin in; not there: "/" */
	VNS_ANSWER_CGROUP, /* cgroup.procs of the cgroup to move to */
	VNS_ANSWER_FDS,
};

/* Bit N stands for descriptor N. */
#define VNS_ANSWER_FDSET(fd) (1U << (fd))
#define VNS_ANSWER_FDSET_ALL (VNS_ANSWER_FDSET(VNS_ANSWER_FDS) - 1)

/* The name of a descriptor, for messages: "mnt", "root", "cgroup.procs". */
const char *vns_answer_fd_name(enum vns_answer_fd fd);

struct vns_answer {
	enum vns_answer_kind kind;

	/* With any kind. */
	/*
	 * Lines for the module to log: a digit for the level (enum
	 * vns_log_level), a blank, and the line, which is escaped already.
	 */
	struct vns_strings log;
	/*
	 * "user=... service=... vserver=..." (vns_log_login), for the
	 * module's own log lines. Or NULL.
	 */
	const char *trace;

	/* What the refused user is told: lines of text, or NULL. */
	const char *notice;

	/* Only with VNS_ANSWER_MAY (or NULL) and VNS_ANSWER_PLACE. */
	const char *vserver; /* a valid name */

	/*
	 * Only with VNS_ANSWER_IDENTITY: the identity to be frozen. pw_passwd
	 * is not sent: it is "x" after vns_answer_unpack. All other strings are
	 * there, and may be "".
	 */
	struct passwd user;
	struct passwd root; /* pw_name NULL: there is no such account */
	gid_t *groups;
	size_t group_count; /* at least 1 */
	bool has_tty;	    /* the host has a group "tty" */
	gid_t tty;

	/* Only with VNS_ANSWER_PLACE. */
	const char *message;	 /* what the user is told: lines, or NULL */
	unsigned descriptors;	 /* VNS_ANSWER_FDSET; "mnt" always is in it */
	vns_capset capabilities; /* that the session's programs may have */
	vns_capset kept;	 /* and those of the process that enters */
	bool no_new_privs;	 /* as in struct vns_restriction */
	bool seccomp;		 /* its "calls" */
	/* The vserver may be started again if it was stopped this moment. */
	bool restarts;
	/* Rules for the PAM environment (lib/envrule.h). */
	struct vns_strings environment;
	/* The user's ids as seen from here, if there is a user namespace. */
	bool has_ids;
	uid_t outside_uid;
	gid_t outside_gid;
	uid_t owner; /* as in struct vns_place */

	/* What the strings above point into after vns_answer_unpack. */
	char *text;
};

/*
 * Makes the message, of *length bytes; the caller frees *text. All that answer
 * points to stays its owner's. Members that do not belong to the kind are left
 * out, and a string that is "" is as good as NULL, but for those of user and
 * root. Returns -E2BIG if the message is too large, -EINVAL if the other
 * side would not take it, or -ENOMEM.
 */
int vns_answer_pack(const struct vns_answer *answer, char **text,
		    size_t *length, struct vns_error *err);

/*
 * Reads a message, and trusts nothing of it. All that answer points to belongs
 * to answer then, which the caller frees with vns_answer_free (answer is empty
 * after a failure). text is no longer needed. Returns 0, -EPROTO for another
 * version, -E2BIG, -ENOMEM, or -EINVAL for anything else that vns_answer_pack
 * does not make.
 */
int vns_answer_unpack(const char *text, size_t length,
		      struct vns_answer *answer, struct vns_error *err);

/* Frees an answer that vns_answer_unpack has filled, or one that is all 0. */
void vns_answer_free(struct vns_answer *answer);
#define VNS_AUTOANSWER __attribute__((cleanup(vns_answer_free)))

#endif
