/*
 * Has a command do its work in a clean process (clean.h). The shell that it was
 * typed in may be below a user's session: whoever stops, freezes or slows down
 * what runs there must not do that to a process that holds locks of ours.
 */
#ifndef VNS_APART_H
#define VNS_APART_H

/*
 * Returns in a new clean process, which has this one's descriptors 0, 1 and 2,
 * and of its environment PATH, TERM and NO_COLOR, PATH being root's usual one.
 * The calling process passes on the signals by which it is told to end, and
 * then ends as the new one has ended; if it is killed, so is the new one. It
 * must have no other threads.
 */
void vns_apart_begin(void);

#endif
