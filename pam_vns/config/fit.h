/*
 * Checks whether the keys of a vserver's definition fit each other. Pure: it
 * opens no files.
 */
#ifndef VNS_FIT_H
#define VNS_FIT_H

#include <confuse.h>
#include <stdbool.h>

/*
 * Checks a definition whose values are good one by one. Reports what is wrong
 * by cfg_error, and returns -1 then.
 */
int vns_fit_vserver(cfg_t *cfg, bool template);

#endif
