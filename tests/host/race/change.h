/* Makes the changes to where a session goes that are made while it opens. */
#ifndef CHANGE_H
#define CHANGE_H

#include "place.h"

#define FOREIGN "/run/race"
#define PLACES 4
#define HANGS_S 60

struct kind {
	const char *name;
	bool native;
	bool ends;    /* what is done, or settled, ends all in the old place */
	bool refuses; /* done freely, some sessions come at a bad moment */
	void (*prepare)(void);
	void (*act)(void);
	void (*settle)(void);
};

extern const struct kind *kind;
extern struct place places[PLACES]; /* where sessions may be found */
extern const char *vserver;	    /* the native one */
extern bool forced;		    /* nothing else goes on meanwhile */
extern long changes_failed;

bool find_kind(const char *name);
void begin_changes(void);
void act(void);
void settle(bool acted);

/* Whether act() leads from one to the other, and back. */
bool has_two_ways(void);

/* What has been exchanged an odd number of times is exchanged once more. */
void put_back(void);

/* One that a login has started may be there by now. */
void find_started(void);

/* The place that ends with act(), or -1. */
int old_place(void);

void run_vns(const char *verb);
void kill_init(void);

#endif
