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
 * takes longer (vns_parcel_delay). It is enough for two answers that nslcd's
 * clients wait a minute for each, so that the refusal can name the directory.
 */
#define VNS_KEEPER_TIME 150

#endif
