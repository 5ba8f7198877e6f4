/*
 * vns doctor: everything that a login does but its last step, and what around
 * it makes a login fail or undoes it. One file for each subject; each adds
 * what it has found to the report, passed checks too.
 *
 * Nothing of a tenant's is run, and whoever may not answer is asked by a
 * child that is not waited for.
 */
#ifndef VNS_DOCTOR_H
#define VNS_DOCTOR_H

#include "config.h"
#include "login.h"
#include "report.h"

struct vns_doctor {
	struct vns_report *report;
	const char *config_path;
	struct vns_config *config;
	const char *user;    /* the only one asked about, or NULL: all */
	const char *service; /* the only one asked about, or NULL: all */
	struct vns_log log;
};

/*
 * The side doors: programs that act on the host for a user who is placed.
 * login is decided for a vserver, and prepared without a start; its place may
 * be empty, and vserver NULL where the definition is broken. Called once for
 * each user and service; with NULL once before, for what concerns the host.
 */
void vns_doctor_doors(struct vns_doctor *doctor, const struct vns_login *login);

#endif
