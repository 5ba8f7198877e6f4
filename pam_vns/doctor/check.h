/*
 * What is wrong in the configuration, as far as it shows without a login: what
 * does not parse, and what it names that is not there or cannot be used.
 */
#ifndef VNS_CHECK_H
#define VNS_CHECK_H

#include "config/config.h"

struct vns_findings {
	/* Called for each finding; a warning where error is false. */
	void (*found)(void *context, bool error, const char *text);
	void *context;

	/* Counted here; to be set to 0 before. */
	unsigned files, errors, warnings;
};

/* The loaded configuration, which path is the file of, and all that it uses. */
void vns_check_all(const struct vns_config *config, const char *path,
		   struct vns_findings *findings);

/* One file, which may be a draft of any kind that lies anywhere. */
void vns_check_file(const struct vns_config *config, const char *file,
		    struct vns_findings *findings);

#endif
