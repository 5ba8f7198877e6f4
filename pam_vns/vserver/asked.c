/*
 * Asks a program for the container's process. The program belongs to root, as
 * does each directory above it.
 */
#include "vserver/asked.h"

#include "lib/procfs.h"
#include "lib/util.h"
#include "system/safefile.h"
#include "system/spawn.h"
#include "vserver/claim.h"
#include "vserver/hook.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define TIMEOUT 5

static int split(const char *argument, struct vns_strings *words,
		 struct vns_error *err)
{
	char text[PATH_MAX], *save = NULL, *word;

	if (!vns_util_format(text, sizeof(text), "%s", argument))
		return vns_error_errno(err, ENAMETOOLONG, "source");
	for (word = strtok_r(text, " ", &save); word;
	     word = strtok_r(NULL, " ", &save))
		if (vns_strings_add(words, word) < 0)
			return vns_error_memory(err);
	if (!words->items)
		return vns_error_set(err, EINVAL, "source names no program");
	return 0;
}

static int read_answer(const char *output, struct vns_claim *claim,
		       struct vns_error *err)
{
	switch (vns_procfs_parse_claim(output, &claim->pid, &claim->exact,
				       &claim->start)) {
	case VNS_PROCFS_CLAIM_NONE:
		return vns_error_set(err, ESRCH,
				     "not running: %s has named no process",
				     claim->who);
	case VNS_PROCFS_CLAIM_WRONG:
		return vns_error_set(err, EINVAL,
				     "%s must print the number of a process, "
				     "and printed \"%.*s\"",
				     claim->who, (int)strcspn(output, "\n"),
				     output);
	case VNS_PROCFS_CLAIM_PROCESS:
		break;
	}
	return 0;
}

static int check_program(const char *path, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;

	return vns_safefile_open(path, VNS_SAFEFILE_CONFIG, &fd, err);
}

/* A program that fails has said nothing of whether the vserver runs. */
static int run(const struct vns_strings *words, struct vns_spawn_said *said,
	       struct vns_error *err)
{
	char *const environment[] = { NULL };
	const char *program = words->items[0];
	int rc = check_program(program, err);

	if (rc < 0)
		return rc == -ESRCH ? -EIO : rc;
	rc = vns_spawn_run_apart(words->items, environment, TIMEOUT,
				 VNS_SPAWN_BOUND, said, err);
	if (rc < 0)
		vns_hook_explain(said, err);
	return rc == -ESRCH || rc == -EBUSY ? -EIO : rc;
}

int vns_asked_open(const char *argument, vns_nsset wanted,
		   struct vns_place *place, struct vns_error *err)
{
	struct vns_strings words = { 0 };
	struct vns_spawn_said said = { "", "" };
	/* Who has got the number since is younger than the question. */
	struct vns_claim claim = { .latest = vns_claim_now() };
	int rc = split(argument, &words, err);

	if (rc == 0) {
		claim.who = words.items[0];
		rc = run(&words, &said, err);
	}
	if (rc == 0)
		rc = read_answer(said.output, &claim, err);
	if (rc == 0)
		rc = vns_claim_open(&claim, wanted, place, err);
	vns_strings_free(&words);
	return rc;
}
