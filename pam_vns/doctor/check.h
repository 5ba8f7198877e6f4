/*
 * Finds what is wrong in the configuration as far as this shows without a
 * login: what does not parse, and what names something that does not exist or
 * cannot be used.
 */
#ifndef VNS_CHECK_H
#define VNS_CHECK_H

#include "config/config.h"

struct vns_findings {
	/* Called for each finding. It is a warning if error is false. */
	void (*found)(void *context, bool error, const char *text);
	void *context;

	/* Counters, which the caller sets to 0 before. */
	unsigned files, errors, warnings;
};

/*
 * Checks the loaded configuration, whose file is path, and all the files it
 * uses.
 */
void vns_check_all(const struct vns_config *config, const char *path,
		   struct vns_findings *findings);

/* Checks one file. It may be a draft of any kind, and lie anywhere. */
void vns_check_file(const struct vns_config *config, const char *file,
		    struct vns_findings *findings);

#endif
