/* Lets system calls of another process fail: seccomp_unotify(2). */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>
#include <sys/types.h>

struct fault {
	int error; /* 0: the process is killed instead */
	bool on;   /* from there on, all calls of the same number fail */
	long at;   /* from 0; -1: none */
	long count;
	int number; /* of the system call that has failed */
};

/* An error by its name; 0 for "SIGKILL". */
int fault_error(const char *name);

/*
 * In the process: its calls, and those of all that it starts, wait from here
 * on until they are served. Some that cannot fail do not. Returns the
 * descriptor for it, to be closed.
 */
int fault_begin(void);

/* Elsewhere: takes the descriptor over. */
int fault_take(int pidfd, int descriptor);

/* Lets one call go on, or fail; those that do not count go on. */
void fault_serve(int listener, struct fault *fault, bool counts);

#endif
