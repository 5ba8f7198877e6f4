/*
 * Reads and writes run_dir/adopted/NAME: "PID TICKS" of the process, and below
 * it the id of the host's boot, as numbers begin anew with each.
 */
#include "vserver/adopted.h"

#include "lib/procfs.h"
#include "system/safefile.h"
#include "vserver/claim.h"
#include "vserver/rundir.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define NOTE_MAX 256UL

/* --- noting --------------------------------------------------------------- */

int vns_adopted_note(const struct vns_config *config,
		     const struct vns_vserver *vserver,
		     const struct vns_process *process, struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	VNS_AUTOFREE char *boot = NULL;
	unsigned long long ticks;
	char text[NOTE_MAX];
	int rc = vns_process_start_time(process, &ticks, err);

	if (rc == 0)
		rc = vns_process_boot(&boot, err);
	if (rc == 0)
		rc = vns_rundir_make(config, VNS_RUNDIR_ADOPTED, &directory,
				     err);
	if (rc < 0)
		return rc;
	if (!vns_util_format(text, sizeof(text), "%d %llu\n%s\n", process->pid,
			     ticks, boot))
		return vns_error_errno(err, ENAMETOOLONG, "the id of the boot");
	/* What was read of the number was this process's if it lives still. */
	if (vns_process_has_ended(process))
		return vns_error_set(err, ESRCH, "process %d has ended",
				     process->pid);
	return vns_safefile_write(directory, vserver->name, text, err);
}

/* --- opening -------------------------------------------------------------- */

static int read_note(const char *path, struct vns_claim *claim, bool *now,
		     struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	VNS_AUTOFREE char *boot = NULL;
	char *line;
	size_t length;
	int rc = vns_safefile_read(path, NOTE_MAX, &text, &length, err);

	if (rc == -ENOENT)
		return vns_error_set(err, ESRCH,
				     "not running: no process has been given "
				     "to \"vns adopt\"");
	if (rc == 0)
		rc = vns_process_boot(&boot, err);
	if (rc < 0)
		return rc;
	line = strchr(text, '\n');
	if (line)
		*line++ = '\0';
	if (!line ||
	    vns_procfs_parse_claim(text, &claim->pid, &claim->exact,
				   &claim->start) != VNS_PROCFS_CLAIM_PROCESS)
		return vns_error_set(err, EINVAL, "%s: does not name a process",
				     path);
	line[strcspn(line, "\n")] = '\0';
	*now = claim->exact && boot && strcmp(line, boot) == 0;
	return 0;
}

int vns_adopted_open(const struct vns_config *config,
		     const struct vns_vserver *vserver, struct vns_place *place,
		     struct vns_error *err)
{
	char path[PATH_MAX];
	struct vns_claim claim = { .who = path };
	bool now = false;
	int rc;

	if (!vns_util_format(path, sizeof(path), "%s/" VNS_RUNDIR_ADOPTED "/%s",
			     config->run_dir, vserver->name))
		return vns_error_errno(err, ENAMETOOLONG, "run_dir");
	rc = read_note(path, &claim, &now, err);
	if (rc < 0)
		return rc;
	if (!now)
		return vns_error_set(err, ESRCH,
				     "not running: process %d of %s has ended",
				     claim.pid, path);
	return vns_claim_open(&claim, vserver->namespaces, place, err);
}
