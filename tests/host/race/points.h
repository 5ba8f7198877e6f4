/*
 * Stops of a thread on its way through the module: at each call of libc that
 * the module makes somebody else may do something.
 */
#ifndef POINTS_H
#define POINTS_H

#define POINTS_NONE (-1L)

/* What the module has logged last. */
extern char points_reason[512];

/*
 * From now on calls are counted. Before number at (from 0) a "P" goes into
 * channel, a SOCK_SEQPACKET, and whatever comes back lets it go on.
 */
void points_arm(int channel, long at);

/* Returns how many calls there have been. */
long points_disarm(void);

#endif
