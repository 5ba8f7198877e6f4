/*
 * Parses configuration files (pam_vns.conf(5)): text in, structs out. Pure: the
 * caller has read the file and checked that it can be trusted.
 *
 * Every parse function takes the text (length bytes, need not end in NUL) and
 * the path it came from, for messages. It returns 0 and an object that the
 * caller frees with the function beside it, or a negative errno with the error
 * "path:line: what is wrong, and what to do". Nothing is ever guessed.
 */
#ifndef VNS_CONFIG_H
#define VNS_CONFIG_H

#include "config/types.h"

int vns_config_parse(const char *text, size_t length, const char *path,
		     struct vns_config **config, struct vns_error *err);
void vns_config_free(struct vns_config *config);

/* Parses USER.conf of user_dir: the body of one rule, named after the file. */
int vns_config_parse_user(const char *text, size_t length, const char *path,
			  struct vns_config **config, struct vns_error *err);

static inline void vns_config_autofree(struct vns_config **config)
{
	vns_config_free(*config);
}
#define VNS_AUTOCONFIG __attribute__((cleanup(vns_config_autofree)))

#endif
