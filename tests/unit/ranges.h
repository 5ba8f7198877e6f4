/*
 * Declares what the tests of ranges share: a real disk, on which claims are
 * made; see pam_vns/native/ranges.h. Only root can run them.
 */
#ifndef RANGES_H
#define RANGES_H

#include "native/ranges.h"

#include "tap.h"

#include <errno.h>
#include <sys/stat.h>

/* It is below /run, as every directory on the way there is root's. */
static char base[] = "/run/unit-ranges.XXXXXX";
static char state_dir[64], subuid[64], subgid[64];
static struct vns_ranges ranges = { .state_dir = state_dir,
				    .subuid = subuid,
				    .subgid = subgid,
				    .timeout_ms = 60000 };
static struct vns_error err;
static struct vns_idrange got;

#define CROWD 20
/* These names begin at the same slot. */
static char crowd[CROWD][32];

static inline int run(const char *fmt, ...)
{
	char command[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	return system(command);
}

/*
 * Makes an empty place for the tests of what. The current directory is where
 * the records will be.
 */
static inline void begin(const char *what)
{
	about("%s", what);
	need(chdir(base) == 0 && run("rm -rf * && mkdir -p state/ranges") == 0,
	     base);
	need(chdir("state/ranges") == 0, "chdir");
}

static inline int claim(const char *name, const struct vns_idrange *asked)
{
	strcpy(err.text, "untouched");
	got = (struct vns_idrange){ 7, 7 };
	return vns_ranges_claim_in(&ranges, name, asked, &got, &err);
}

static inline int claim_asked(const char *name, unsigned long from,
			      unsigned long count)
{
	return claim(name, &(struct vns_idrange){ from, count });
}

static inline void put(const char *path, const char *text, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	need(fd >= 0 && write(fd, text, length) == (ssize_t)length &&
		     close(fd) == 0,
	     path);
}

static inline void put_text(const char *path, const char *text)
{
	put(path, text, strlen(text));
}

static inline void put_record(unsigned long from, const char *text)
{
	char path[32];

	snprintf(path, sizeof(path), "%lu", from);
	put_text(path, text);
}

/* Returns the text of the record with this first id, or NULL. */
static inline const char *record(unsigned long from)
{
	static char text[256];
	char path[32];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%lu", from);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	return text;
}

/* Returns all names in the current directory, in order. */
static inline const char *list(void)
{
	static char text[4096];
	FILE *pipe = popen("ls -A | sort | tr '\\n' ' '", "re");
	size_t length;

	need(pipe, "ls");
	length = fread(text, 1, sizeof(text) - 1, pipe);
	pclose(pipe);
	text[length] = '\0';
	return text;
}

static inline unsigned long slot(const char *name, unsigned long attempt)
{
	return vns_idrange_slot(name, attempt).base;
}

static inline void find_crowd(void)
{
	unsigned long i;
	int count = 0;

	for (i = 0; count < CROWD; i++) {
		snprintf(crowd[count], sizeof(crowd[count]), "v%lu", i);
		count += slot(crowd[count], 0) == slot("v0", 0);
	}
}

/* Runs the tests in a directory of their own. Returns what main returns. */
static inline int in_directory(void (*tests)(void))
{
	unsigned before;

	if (geteuid() != 0) {
		skip("records of ranges", "needs root");
		return finish();
	}
	need(mkdtemp(base) && chmod(base, 0755) == 0, base);
	umask(022);
	snprintf(state_dir, sizeof(state_dir), "%s/state", base);
	snprintf(subuid, sizeof(subuid), "%s/subuid", base);
	snprintf(subgid, sizeof(subgid), "%s/subgid", base);
	find_crowd();
	before = count_descriptors();
	tests();
	about("all claims");
	is_number(count_descriptors(), before, "no descriptor is left");
	need(chdir("/") == 0, "chdir");
	ok(run("rm -rf %s", base) == 0, "the files are removed");
	return finish();
}

#endif
