/*
 * Has the words of one letter that the module says to the keeper after the
 * answer, and how long it waits for the answer.
 */
#ifndef VNS_WORDS_H
#define VNS_WORDS_H

/* The session has entered its place. */
#define VNS_WORD_ENTERED 'E'
/* The vserver was stopped at this moment: another answer is wanted. */
#define VNS_WORD_AGAIN 'A'

/*
 * How many seconds the keeper may take for its answer, unless it says that it
 * takes longer (vns_parcel_delay).
 */
#define VNS_KEEPER_TIME 120

#endif
