/*
 * vns doctor: everything that a login does but its last step, and what around
 * it makes a login fail or undoes it. One file for each subject; each adds
 * what it has found to the report, passed checks too.
 *
 * Nothing of a tenant's is run, nothing is changed. Whatever may not answer,
 * a tenant's file system or the directory service, is asked by a child.
 */
#ifndef VNS_DOCTOR_H
#define VNS_DOCTOR_H

#include "config/config.h"
#include "login/login.h"
#include "pamd/stack.h"
#include "doctor/report.h"

/* What sshd's configuration says, of the user if one is asked about. */
struct vns_doctor_sshd {
	bool known;
	bool x11;
	bool keys_at_home;
	/* Paths of programs, or ""; or "internal-sftp". */
	char sftp[256];
	char xauth[256];
};

struct vns_doctor {
	struct vns_report *report;
	const char *config_path;
	struct vns_config *config;
	const char *user;    /* the only one asked about, or NULL: all */
	const char *service; /* the only one asked about, or NULL: all */
	struct vns_strings services; /* those whose logins are tried */
	struct vns_doctor_sshd sshd;
	struct vns_log log;
	int channel; /* in a child: to the parent; -1: not in one */
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
 * Does work in a child, which says what it is at with vns_doctor_begin; what
 * it has found is added to the report. begun (may be NULL) gets what was
 * begun, in order. False if it was silent for too long: then it was killed, or
 * left where that is impossible, and that is in the report, too.
 */
bool vns_doctor_apart(struct vns_doctor *doctor,
		      void (*work)(struct vns_doctor *doctor, void *argument),
		      void *argument, struct vns_strings *begun);
void vns_doctor_begin(struct vns_doctor *doctor, const char *what);

/*
 * The same for each name in a list, on to the next after one that hung; but
 * not for ever.
 */
void vns_doctor_each(struct vns_doctor *doctor, const struct vns_strings *names,
		     void (*work)(struct vns_doctor *doctor, const char *name));

/* A service's stack, as Linux-PAM finds its file; see vns_pamstack_resolve. */
int vns_doctor_stack(const char *service, enum vns_pamstack_type type,
		     struct vns_pamstack **stack, struct vns_error *err);

/* The first line of a file that says one thing, such as a sysctl. */
bool vns_doctor_read(const char *path, char *text, size_t size);

/* Whether a path is there; the first that is, or NULL. */
bool vns_doctor_exists(const char *path);
const char *vns_doctor_first(const char *const paths[], size_t count);
#define VNS_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The subjects. What may hang is to be called in a child. */
void vns_doctor_config(struct vns_doctor *doctor);
void vns_doctor_host(struct vns_doctor *doctor);
void vns_doctor_ranges(struct vns_doctor *doctor);
/* Also finds which services are to be tried. */
void vns_doctor_pam(struct vns_doctor *doctor);
void vns_doctor_enabled(struct vns_doctor *doctor);
void vns_doctor_sshd(struct vns_doctor *doctor);
void vns_doctor_vserver(struct vns_doctor *doctor, const char *name);
void vns_doctor_user(struct vns_doctor *doctor, const char *user);

/*
 * The side doors: programs that act on the host for a user who is placed.
 * login is decided for a vserver, and prepared without a start; its place may
 * be empty, and vserver NULL where the definition is broken. Called in a child
 * once for each user and vserver; with NULL once before, for what concerns the
 * host.
 */
void vns_doctor_doors(struct vns_doctor *doctor, const struct vns_login *login);

/*
 * Parts of it: what the user's home, if the vserver shares it, has programs do
 * on the host. Returns whether it is, or may be, shared.
 */
bool vns_doctor_home(struct vns_doctor *doctor, const struct vns_login *login);

/* "systemd --user", with a home that may be shared; and run0. */
void vns_doctor_systemd(struct vns_doctor *doctor,
			const struct vns_login *login, bool shared);
void vns_doctor_runners(struct vns_doctor *doctor);

/* Units of wired services that would not see a vserver. */
void vns_doctor_units(struct vns_doctor *doctor);

#endif
