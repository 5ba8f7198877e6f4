/*
 * A worker: a process of the keeper's that serves one login after the other. A
 * directory that does not answer, or a crash, holds up or ends the login that
 * is being served, and no other one.
 */
#ifndef VNS_WORKER_H
#define VNS_WORKER_H

#include "keeper/office.h"

/*
 * Serves logins, and ends. For a process that the keeper has forked for the
 * purpose, and entered on the board under this number as one that waits.
 */
_Noreturn void vns_worker_run(const struct vns_office *office, int number,
			      pid_t keeper);

#endif
