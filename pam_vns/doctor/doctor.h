/*
 * Implements vns doctor: does everything that a login does except its last
 * step, and looks at what makes logins fail or undoes them. There is one file
 * for each subject. Each adds its findings to the report, passed checks
 * included.
 *
 * No program of a tenant's is run, and nothing is changed. Whatever may not
 * answer, such as a tenant's filesystem or the directory service, is asked by a
 * child process.
 */
#ifndef VNS_DOCTOR_H
#define VNS_DOCTOR_H

#include "config/config.h"
#include "login/login.h"
#include "pamd/stack.h"
#include "doctor/report.h"

/* Lists of sshd's by which it refuses users, whatever PAM says. */
enum vns_doctor_list {
	VNS_DOCTOR_DENY_USERS,
	VNS_DOCTOR_ALLOW_USERS,
	VNS_DOCTOR_DENY_GROUPS,
	VNS_DOCTOR_ALLOW_GROUPS,
	VNS_DOCTOR_LISTS,
};

/* The settings of sshd, for the user that is asked about, if there is one. */
struct vns_doctor_sshd {
	bool known;
	bool whole; /* nothing that sshd has printed is missing */
	struct vns_strings lists[VNS_DOCTOR_LISTS];
	char keys[256];	 /* the files of AuthorizedKeysFile, or "" */
	bool other_keys; /* who has none of them may have other means */
	bool x11;
	bool keys_at_home;
	bool keyboard; /* a login can be by keyboard-interactive */
	/* Paths of programs, or "". sftp may also be "internal-sftp". */
	char sftp[256];
	char xauth[256];
};

struct vns_doctor {
	struct vns_report *report;
	const char *config_path;
	struct vns_config *config;
	const char *user;    /* the only user to look at; NULL: all */
	const char *service; /* the only service to look at; NULL: all */
	struct vns_strings services; /* the services whose logins are tried */
	struct vns_doctor_sshd sshd;
	struct vns_log log;
	int channel; /* in a child: pipe to the parent; else -1 */
};

/* Shorthands for vns_report_add to the doctor's report. */
#define vns_doctor_pass(doctor, id, subject, ...)                          \
	vns_report_add((doctor)->report, VNS_REPORT_OK, id, subject, NULL, \
		       __VA_ARGS__)
#define vns_doctor_warn(doctor, ...) \
	vns_report_add((doctor)->report, VNS_REPORT_WARN, __VA_ARGS__)
#define vns_doctor_fail(doctor, ...) \
	vns_report_add((doctor)->report, VNS_REPORT_FAIL, __VA_ARGS__)

/*
 * Calls work in a child process, which uses vns_doctor_begin to say what it is
 * looking at. The child's findings are added to the report. begun (may be NULL)
 * gets everything that was begun, in order. Returns false if the child was
 * silent for too long. The child is then killed, or left behind where that is
 * impossible, and the report says so, too.
 */
bool vns_doctor_apart(struct vns_doctor *doctor,
		      void (*work)(struct vns_doctor *doctor, void *argument),
		      void *argument, struct vns_strings *begun);
void vns_doctor_begin(struct vns_doctor *doctor, const char *what);

/*
 * Does the same for each name in a list. After a name that hung it goes on with
 * the next one, but gives up after several of them.
 */
void vns_doctor_each(struct vns_doctor *doctor, const struct vns_strings *names,
		     void (*work)(struct vns_doctor *doctor, const char *name));

/*
 * Resolves a service's stack, with the files found as Linux-PAM finds them. See
 * vns_pamstack_resolve.
 */
int vns_doctor_stack(const char *service, enum vns_pamstack_type type,
		     struct vns_pamstack **stack, struct vns_error *err);

/* Whether a service exists, can be read, and does not ask pam_vns.so. */
bool vns_doctor_unwired(const char *service);

/* Reads the first line of a file that has only one, such as a sysctl. */
bool vns_doctor_read(const char *path, char *text, size_t size);

/* Whether a path exists; the second returns the first such path, or NULL. */
bool vns_doctor_exists(const char *path);
const char *vns_doctor_first(const char *const paths[], size_t count);
#define VNS_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The subjects. Those that may hang have to be called in a child. */
void vns_doctor_config(struct vns_doctor *doctor);
void vns_doctor_host(struct vns_doctor *doctor);
void vns_doctor_ranges(struct vns_doctor *doctor);
/* vns_doctor_pam also finds out which services are to be tried. */
void vns_doctor_pam(struct vns_doctor *doctor);
void vns_doctor_wired(struct vns_doctor *doctor);
void vns_doctor_sshd(struct vns_doctor *doctor);
void vns_doctor_sshd_free(struct vns_doctor_sshd *sshd);
void vns_doctor_vserver(struct vns_doctor *doctor, const char *name);
void vns_doctor_user(struct vns_doctor *doctor, const char *user);

/*
 * A part of it: whether the user's password has expired, if login is decided
 * for a vserver, by sshd.
 */
void vns_doctor_aging(struct vns_doctor *doctor, const struct vns_login *login);

/*
 * Parts of the checks of a user: whether the lists of sshd let them in, and
 * whether a locked password keeps them out; and whether the modules of the
 * account lines do that only look. The last says for everybody whether there is
 * a file nologin.
 */
void vns_doctor_allowed(struct vns_doctor *doctor, const char *user);
void vns_doctor_account(struct vns_doctor *doctor, const char *user);
void vns_doctor_nologin(struct vns_doctor *doctor);

/*
 * Look into a native vserver that does not run, as a start would: the first
 * tells whether it could be started, the second what would then be there for a
 * user whom a login would start it for. Nothing is started. To be called in a
 * child.
 */
void vns_doctor_stopped(struct vns_doctor *doctor,
			const struct vns_vserver *vserver);
void vns_doctor_stopped_user(struct vns_doctor *doctor,
			     const struct vns_login *login);

/*
 * Parts of the checks of a user, who is placed: whether the home is there, and
 * whether /etc/passwd inside has the user. passwd (O_PATH) is that file, or -1.
 */
void vns_doctor_home_there(struct vns_doctor *doctor,
			   const struct vns_login *login, bool there);
void vns_doctor_inside(struct vns_doctor *doctor, const struct vns_login *login,
		       int passwd);

/*
 * Checks the side doors: programs that act on the host for a user who is
 * placed. login is decided for a vserver, and was prepared without a start. Its
 * place may be empty, and its vserver is NULL where the definition is broken.
 * This is called in a child, once for each user and vserver. Before that it is
 * called once with NULL, for what concerns the host.
 */
void vns_doctor_doors(struct vns_doctor *doctor, const struct vns_login *login);

/*
 * A part of the side doors: what programs on the host do because of files in
 * the user's home, if the vserver shares the home. Returns whether the home is
 * shared, or may be.
 */
bool vns_doctor_home(struct vns_doctor *doctor, const struct vns_login *login);

/* Another part, which concerns the host: servers for ftp. */
void vns_doctor_ftp(struct vns_doctor *doctor);

/* Another part: "systemd --user", with a home that may be shared, and run0. */
void vns_doctor_systemd(struct vns_doctor *doctor,
			const struct vns_login *login, bool shared);
void vns_doctor_runners(struct vns_doctor *doctor);

/* Checks the keeper, which serves logins. */
void vns_doctor_keeper(struct vns_doctor *doctor);

/* Checks the mounts of our systemd units, and of those of wired services. */
void vns_doctor_units(struct vns_doctor *doctor);

#endif
