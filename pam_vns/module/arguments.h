/* What may stand behind pam_vns.so in a line of pam.d(5): see pam_vns(8). */
#ifndef VNS_ARGUMENTS_H
#define VNS_ARGUMENTS_H

#include "lib/error.h"

#include <stdbool.h>

struct vns_arguments {
	const char *config;
	bool debug;
	bool open;  /* only pam_open_session is this line's */
	bool close; /* only pam_close_session is */
	bool asks;  /* "placed?": an answer, and nothing else */
};

/* arguments points into argv. -EINVAL names the word that is wrong. */
int vns_arguments_parse(struct vns_arguments *arguments, int argc,
			const char **argv, struct vns_error *err);

#endif
