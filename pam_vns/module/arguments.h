/* Parses the arguments of pam_vns.so in a line of pam.d(5): see pam_vns(8). */
#ifndef VNS_ARGUMENTS_H
#define VNS_ARGUMENTS_H

#include "lib/error.h"

#include <stdbool.h>

struct vns_arguments {
	const char *config;
	bool debug;
	bool open;  /* the line only does pam_open_session */
	bool close; /* the line only does pam_close_session */
	bool asks;  /* "placed?": only answers the question */
};

/*
 * arguments will point into argv. With -EINVAL, the error names the word that
 * is wrong.
 */
int vns_arguments_parse(struct vns_arguments *arguments, int argc,
			const char **argv, struct vns_error *err);

#endif
