/*
 * Defines the structs for what the configuration says of all logins, a rule and
 * a vserver (pam_vns.conf(5)). Each struct owns everything in it.
 */
#ifndef VNS_TYPES_H
#define VNS_TYPES_H

#include "lib/paths.h"
#include "lib/capname.h"
#include "lib/error.h"
#include "lib/nsname.h"
#include "lib/util.h"
#include "system/userns.h"

#include <stdbool.h>
#include <stddef.h>

#ifndef VNS_SYSCONFDIR
#define VNS_SYSCONFDIR "/etc"
#endif
#define VNS_CONFIG_SIZE_MAX (256UL * 1024)

enum vns_target {
	VNS_TARGET_VSERVER,
	VNS_TARGET_HOST,
	VNS_TARGET_DENY,
};

/* A program run on the host, as root. */
struct vns_hook {
	struct vns_strings command; /* empty: no hook; %n, %u as configured */
	unsigned timeout;	    /* seconds */
	bool deny;		    /* its failure refuses what it is run for */
};

/* Hooks that run when a vserver starts and stops. */
enum vns_lifecycle {
	VNS_LIFECYCLE_PRE_START,
	VNS_LIFECYCLE_POST_START,
	VNS_LIFECYCLE_PRE_STOP,
	VNS_LIFECYCLE_POST_STOP,
	VNS_LIFECYCLE_COUNT,
};

/* A rule. A list that is not in the file is empty, and matches everything. */
struct vns_rule {
	char *name;
	struct vns_strings users;
	struct vns_strings groups;
	struct vns_strings uids;
	struct vns_strings services;
	struct vns_strings ttys;
	struct vns_strings rhosts;
	enum vns_target target;
	char *vserver; /* unexpanded; only with VNS_TARGET_VSERVER */
	char *message; /* for a user who is denied, or NULL */
	unsigned long max_sessions; /* of a user by this rule; 0: no limit */
	struct vns_hook open;
	struct vns_hook close;
};

struct vns_config {
	struct vns_rule *rules;
	size_t rule_count;
	enum vns_target default_target; /* HOST or DENY */
	char *vserver_dir;
	char *user_dir; /* NULL: not used */
	char *run_dir;
	char *state_dir; /* for what must outlive a reboot */
	struct vns_hook open;
	struct vns_hook close;
	struct vns_hook lifecycle[VNS_LIFECYCLE_COUNT];
	/*
	 * Of a process that opens one vserver after the other, and keeps the
	 * holder open (vserver/holder.h); or NULL. Not owned.
	 */
	struct vns_holder *holder;
};

struct vns_mount {
	char *target; /* absolute, inside the vserver */
	char *source; /* unexpanded; NULL for a type that needs none */
	char *type;   /* "bind", "rbind", "none", or a filesystem's name */
	struct vns_strings options;
	unsigned line; /* its line in the fstab, or 0 */
};

/*
 * A file of the vserver's cgroup, and the values that are written to it, one by
 * one.
 */
struct vns_limit {
	char *file;
	struct vns_strings values;
};

enum vns_stop {
	VNS_STOP_NEVER,
	VNS_STOP_LAST_LOGOUT,
};

enum vns_start {
	VNS_START_ON_LOGIN,
	VNS_START_BOOT,
	VNS_START_MANUAL,
};

/* Whether the calls are taken that a tenant's programs do without. */
enum vns_seccomp {
	VNS_SECCOMP_USUAL, /* where there is a user namespace */
	VNS_SECCOMP_TENANT,
	VNS_SECCOMP_NONE,
};

/* Whether a login looks for the user's shell inside (login/shell.h). */
enum vns_shell_check {
	VNS_SHELL_CHECK_AUTO,
	VNS_SHELL_CHECK_YES,
	VNS_SHELL_CHECK_NO,
};

/* Values of run_dirs: those of the root directory's tmpfiles.d; nothing. */
#define VNS_RUN_DIRS_TREE "tmpfiles.d"
#define VNS_RUN_DIRS_NONE "none"

/* The value of source that leads to what "vns adopt" was given. */
#define VNS_SOURCE_ADOPTED "adopted"

/* The value of owner that stands for the user who logs in. */
#define VNS_OWNER_USER "%u"

struct vns_vserver {
	vns_name name;
	const char *instance;  /* behind "@" in name, or NULL */
	unsigned long context; /* 0: none */
	char *root;	       /* native: its root directory; otherwise NULL */
	char *source; /* foreign: "pidfile:/PATH" and such; else NULL */
	/* Of a foreign one, besides root: names, numbers, VNS_OWNER_USER. */
	struct vns_strings owners;
	enum vns_start start;
	enum vns_stop stop;
	unsigned stop_delay;	    /* seconds; 0: at once */
	unsigned long max_sessions; /* of all users together; 0: no limit */
	bool host_log;		    /* /dev/log inside is the host's */
	enum vns_shell_check shell_check;
	/*
	 * Of a native vserver, these are the namespaces that it has of its own.
	 * Of a foreign one, they are joined where they are not the host's.
	 */
	vns_nsset namespaces;
	char *hostname; /* for VNS_NS_UTS */
	/* This is set only with VNS_NS_USER: "auto" or "BASE:COUNT". */
	char *user_namespace;
	bool map_users; /* the ids of its users are mapped, too */
	/*
	 * With map_users, these ids; only where the vserver is started, by whom
	 * the ids were looked up. Otherwise NULL. Not owned.
	 */
	const struct vns_idmap_more *more;
	char *template; /* a layer below root, or NULL */
	char *fstab;	/* more mounts, see fstab.h, or NULL */
	/* This is for binds that do not say it; MS_* as in mountopt.h. */
	unsigned long propagation;
	vns_capset capabilities; /* what uid 0 keeps in a session */
	bool capabilities_named; /* the definition names capabilities */
	bool confine; /* sessions have no more power than the container */
	enum vns_seccomp seccomp;
	bool no_new_privs;	    /* nobody inside gains power by executing */
	bool nosuid;		    /* the root directory's mount has nosuid */
	struct vns_strings devices; /* paths in /dev, and patterns of them */
	/* "NAME MODE UID GID", or VNS_RUN_DIRS_*; empty: what is usual */
	struct vns_strings run_dirs;
	struct vns_strings environment; /* rules (lib/envrule.h), unexpanded */
	struct vns_mount *mounts;
	size_t mount_count;
	char *cgroup;		  /* path below the cgroup v2 mount, or NULL */
	bool cgroup_usual;	  /* by default, so it may be missing */
	bool cgroup_apart;	  /* sessions are not moved into it */
	bool cgroup_container;	  /* it is the one of a foreign one's process */
	struct vns_limit *limits; /* only of a native one with a cgroup */
	size_t limit_count;
	/*
	 * How many namespaces may be made inside, besides the vserver's own.
	 * This is set only with VNS_NS_USER.
	 */
	struct vns_userns_limits limited;
	/* Of a foreign one: start_command, which has its engine start it. */
	struct vns_hook engine_start;
	struct vns_hook open;
	struct vns_hook lifecycle[VNS_LIFECYCLE_COUNT];
	struct vns_hook close;
};

#endif
