/* Tells where a process is, as the kernel has it, and where it should be. */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define USER "alice"
#define TYPES 8
#define TYPE_MNT 6
#define TYPE_USER 7

struct type {
	const char *file;   /* in /proc/PID/ns, of a session */
	const char *theirs; /* of a process that lives there */
};
extern const struct type types[TYPES];

struct id {
	dev_t device;
	ino_t inode;
};
/* Those of the host itself. */
extern struct id host_ns[TYPES];

/* Where a session may be found. It is held, so nothing else has its ids. */
struct place {
	const char *name;
	bool known, allowed;
	bool homeless; /* "/" is as good as the home */
	struct id ns[TYPES], root, home;
	int held[TYPES];
	unsigned long base; /* what its id 0 is outside */
	pid_t init;
};

bool same(struct id a, struct id b);
bool look(const char *path, struct id *id);
bool look_at_pin(const char *name, struct id *id);
bool look_at(pid_t pid, const char *what, struct id *id);
bool look_at_ns(pid_t pid, const char *file, struct id *id);

/* A place in the root directory of the vserver name, and no more. */
void begin_place(struct place *place, const char *what, const char *name);
void hold(struct place *place, size_t type, const char *path);

/* The running vserver name, as it is now. */
void take_place(struct place *place, const char *what, const char *name);
void forget(struct place *place);

/* The init process of the running vserver name, or 0. */
pid_t read_init(const char *name);

bool is_dead(int pidfd, int timeout_ms);
bool is_outside(pid_t pid);
bool check_ids(pid_t pid, unsigned long base);

/* Whether it is there in every respect; if not, why says in which. */
bool is_in(pid_t pid, const struct place *place, char *why, size_t size);

/* What a process may do. */
void read_facts(pid_t pid, char *text, size_t size);

/* All that a session which is refused must leave alone. */
char *describe(void);

/* The first difference; "" where there is none. */
void compare(const char *before, const char *after, char *text, size_t size);

#endif
