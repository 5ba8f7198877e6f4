/*
 * Writes the name of an account so that it can be part of a vserver's name and
 * of a path, whatever the directory service allows: AD\carl is AD%5Ccarl.
 */
#ifndef VNS_USERNAME_H
#define VNS_USERNAME_H

#include <stdbool.h>
#include <stddef.h>

/* What a file's name, of at most 255 bytes, has left besides ".conf". */
#define VNS_USERNAME_MAX 250
typedef char vns_username[VNS_USERNAME_MAX + 1];

/*
 * Letters and digits stay as they are, and so do "_", ".", "@" and "-" if they
 * are not the first character. Each other byte becomes "%" and two digits, with
 * capital letters. The result is valid as a vserver's name (lib/util.h), but
 * for its length; two names never become the same. Returns false if the name is
 * empty or the result does not fit, and leaves dst undefined.
 */
bool vns_username_encode(const char *name, char *dst, size_t size);

/*
 * Finds the name that is written as text. Returns false if no name is, or if
 * it does not fit; dst is then undefined.
 */
bool vns_username_decode(const char *text, char *dst, size_t size);

#endif
