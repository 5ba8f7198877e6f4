/*
 * Parses configuration files by their grammars, with libconfuse. Pure: it opens
 * no files. What comes out has been checked, key by key and as a whole.
 */
#ifndef VNS_GRAMMAR_H
#define VNS_GRAMMAR_H

#include "lib/error.h"

#include <confuse.h>
#include <stddef.h>

enum vns_grammar_kind {
	VNS_GRAMMAR_MAIN,
	VNS_GRAMMAR_USER,
	VNS_GRAMMAR_VSERVER,
	VNS_GRAMMAR_TEMPLATE, /* a vserver's definition, with %n and %i in it */
};

/*
 * Reads a file's text. path is for messages: "path:line: ...". This is safe in
 * a program with threads.
 */
int vns_grammar_text(enum vns_grammar_kind kind, const char *text,
		     size_t length, const char *path, cfg_t **cfg,
		     struct vns_error *err);

void vns_grammar_free(cfg_t **cfg);
#define VNS_AUTOCFG __attribute__((cleanup(vns_grammar_free)))

#endif
