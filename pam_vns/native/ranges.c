/*
 * Looks under a lock for a range that neither a record nor /etc/subuid or
 * /etc/subgid gives to others, and writes the record that makes it the
 * vserver's.
 */
#include "native/ranges.h"

#include "system/lock.h"
#include "system/safefile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define DIRECTORY "ranges"
#define LOCK ".lock"
#define LOCK_TIMEOUT_MS 25000
/* Longer than "4294967295 NAME\n", so that too long a record is noticed. */
#define RECORD_MAX 128
/* Enough for 100,000 users and more. */
#define SUBID_MAX (16UL * 1024 * 1024)

/* The first holds an id's digits, the second a link's name. */
typedef char base_name[24];
typedef char link_name[sizeof(vns_name) + 1];

struct claim {
	const struct vns_ranges *ranges;
	const char *name;
	char path[PATH_MAX]; /* path of the directory */
	int directory;
	int lock;
	bool subids_read;
	/*
	 * For each slot, the foreign one included: whether any of it is given
	 * away in subuid or subgid.
	 */
	bool given[VNS_IDRANGE_SLOTS + 1];
	struct vns_error *err;
};

struct record {
	unsigned long count;
	vns_name name;
};

enum slot_state {
	SLOT_FREE,
	SLOT_OURS,
	SLOT_TAKEN,
};

/*
 * Opens a directory, and makes it if it is missing. An existing one is checked
 * before it is trusted.
 */
static int open_directory(int parent, const char *name, const char *path,
			  int *fd, struct vns_error *err)
{
	if (mkdirat(parent, name, 0700) < 0 && errno != EEXIST)
		return vns_error_errno(err, errno, "mkdir %s", path);
	return vns_safefile_open(path, VNS_SAFEFILE_DIRECTORY, fd, err);
}

static int open_ranges(struct claim *claim)
{
	const char *state_dir = claim->ranges->state_dir;
	VNS_AUTOCLOSE int state = -1, ranges = -1;
	int rc;

	if (!vns_util_format(claim->path, sizeof(claim->path), "%s/" DIRECTORY,
			     state_dir))
		return vns_error_errno(claim->err, ENAMETOOLONG, "%s",
				       state_dir);
	rc = open_directory(AT_FDCWD, state_dir, state_dir, &state, claim->err);
	if (rc == 0)
		rc = open_directory(state, DIRECTORY, claim->path, &ranges,
				    claim->err);
	if (rc < 0)
		return rc;
	/*
	 * Open it again for listing, which an O_PATH descriptor cannot do. An
	 * older version has made it so that all could.
	 */
	claim->directory =
		openat(ranges, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (claim->directory < 0 || fchmod(claim->directory, 0700) < 0)
		return vns_error_errno(claim->err, errno, "%s", claim->path);
	return 0;
}

static int take_lock(struct claim *claim)
{
	char what[PATH_MAX];

	vns_util_format(what, sizeof(what), "%s/" LOCK, claim->path);
	return vns_lock_take(claim->directory, LOCK, what,
			     claim->ranges->timeout_ms, &claim->lock,
			     claim->err);
}

static int broken_record(const char *path, struct vns_error *err)
{
	return vns_error_set(err, EINVAL,
			     "%s: does not have the form \"COUNT NAME\"; "
			     "write it anew for the vserver that has these "
			     "ids, or remove it if no vserver has them",
			     path);
}

/*
 * Returns -ENOENT, without setting an error, if no vserver has a range with
 * this base.
 */
static int read_record(const struct claim *claim, unsigned long base,
		       struct record *record)
{
	VNS_AUTOFREE char *text = NULL;
	char path[PATH_MAX];
	struct vns_error failure;
	size_t length = 0;
	int rc;

	if (!vns_util_format(path, sizeof(path), "%s/%lu", claim->path, base))
		return vns_error_errno(claim->err, ENAMETOOLONG, "%s",
				       claim->path);
	rc = vns_safefile_read(path, RECORD_MAX, &text, &length, &failure);
	if (rc == -ENOENT)
		return rc;
	if (rc == -EFBIG)
		return broken_record(path, claim->err);
	if (rc < 0) {
		*claim->err = failure;
		return rc;
	}
	if (strlen(text) != length ||
	    !vns_idrange_parse_record(text, &record->count, record->name) ||
	    !vns_idrange_valid(&(struct vns_idrange){ base, record->count }) ||
	    (vns_idrange_is_slot(base) &&
	     record->count != VNS_IDRANGE_AUTO_COUNT))
		return broken_record(path, claim->err);
	return 0;
}

/*
 * The record is on disk before it gets its name. So no crash leaves an empty
 * record, which would block the range until an administrator decides.
 */
static int write_record(const struct claim *claim,
			const struct vns_idrange *range)
{
	char text[RECORD_MAX];
	base_name base;
	int rc;

	snprintf(base, sizeof(base), "%lu", range->base);
	snprintf(text, sizeof(text), "%lu %s\n", range->count, claim->name);
	rc = vns_safefile_keep(claim->directory, base, text, claim->err);
	if (rc < 0)
		vns_error_context(claim->err, "%s", claim->path);
	return rc;
}

static void mark_given(struct claim *claim, const struct vns_idrange *range)
{
	unsigned long last = range->base + (range->count - 1), slot;

	if (!vns_idrange_in_auto(range))
		return;
	slot = range->base <= VNS_IDRANGE_AUTO_BASE ?
		       0 :
		       (range->base - VNS_IDRANGE_AUTO_BASE) /
			       VNS_IDRANGE_AUTO_COUNT;
	last = last >= VNS_IDRANGE_AUTO_END ?
		       VNS_IDRANGE_SLOTS :
		       (last - VNS_IDRANGE_AUTO_BASE) / VNS_IDRANGE_AUTO_COUNT;
	for (; slot <= last; slot++)
		claim->given[slot] = true;
}

static int read_subids(struct claim *claim, const char *path)
{
	VNS_AUTOFREE char *text = NULL;
	struct vns_error failure;
	struct vns_idrange range;
	char *line, *end;
	size_t length = 0;
	int rc = vns_safefile_read(path, SUBID_MAX, &text, &length, &failure);

	if (rc == -ENOENT)
		return 0;
	if (rc < 0) {
		*claim->err = failure;
		return rc;
	}
	/* strchr() cannot be used: there may be a NUL in the text. */
	for (line = text; line < text + length; line = end + 1) {
		end = memchr(line, '\n', length - (size_t)(line - text));
		if (!end)
			end = text + length;
		*end = '\0';
		if (vns_idrange_parse_subid(line, &range))
			mark_given(claim, &range);
	}
	return 0;
}

/* The files are read only once, and only when a free slot has been found. */
static int is_given(struct claim *claim, unsigned long base, bool *given)
{
	int rc = 0;

	if (!claim->subids_read)
		rc = read_subids(claim, claim->ranges->subuid);
	if (rc == 0 && !claim->subids_read)
		rc = read_subids(claim, claim->ranges->subgid);
	if (rc < 0)
		return rc;
	claim->subids_read = true;
	*given = claim->given[(base - VNS_IDRANGE_AUTO_BASE) /
			      VNS_IDRANGE_AUTO_COUNT];
	return 0;
}

static int look_at_slot(struct claim *claim, unsigned long base,
			enum slot_state *state)
{
	struct record record = { 0, "" };
	bool given = false;
	int rc = read_record(claim, base, &record);

	if (rc == 0) {
		*state = strcmp(record.name, claim->name) == 0 ? SLOT_OURS :
								 SLOT_TAKEN;
		return 0;
	}
	if (rc != -ENOENT)
		return rc;
	rc = is_given(claim, base, &given);
	*state = given ? SLOT_TAKEN : SLOT_FREE;
	return rc;
}

/*
 * The link only says which slot to try first; it does not give the vserver a
 * right to that slot.
 */
static bool read_link(const struct claim *claim, unsigned long *base)
{
	link_name name;
	base_name text;
	ssize_t length;

	snprintf(name, sizeof(name), "@%s", claim->name);
	length = readlinkat(claim->directory, name, text, sizeof(text) - 1);
	if (length < 0)
		return false;
	text[length] = '\0';
	return vns_util_number(text, VNS_IDRANGE_END_MAX, base) &&
	       vns_idrange_is_slot(*base);
}

static int write_link(const struct claim *claim, unsigned long base)
{
	unsigned long linked;
	link_name name;
	base_name text;

	if (read_link(claim, &linked) && linked == base)
		return 0;
	snprintf(name, sizeof(name), "@%s", claim->name);
	snprintf(text, sizeof(text), "%lu", base);
	if ((unlinkat(claim->directory, name, 0) < 0 && errno != ENOENT) ||
	    symlinkat(text, claim->directory, name) < 0)
		return vns_error_errno(claim->err, errno, "%s/%s", claim->path,
				       name);
	return 0;
}

/* *done is set if the slot is the vserver's, be it only since now. */
static int try_slot(struct claim *claim, const struct vns_idrange *slot,
		    bool *done)
{
	enum slot_state state = SLOT_TAKEN;
	int rc = look_at_slot(claim, slot->base, &state);

	if (rc < 0 || state == SLOT_TAKEN)
		return rc;
	if (state == SLOT_FREE)
		rc = write_record(claim, slot);
	if (rc == 0)
		rc = write_link(claim, slot->base);
	*done = rc == 0;
	return rc;
}

static int claim_auto(struct claim *claim, struct vns_idrange *range)
{
	struct vns_idrange slot = { 0, VNS_IDRANGE_AUTO_COUNT };
	unsigned long attempt;
	bool done = false;
	int rc = 0;

	/*
	 * Try the slot behind the link first, not the slots in their order: one
	 * that was taken at that time may be free by now, but the vserver is to
	 * keep its range.
	 */
	if (read_link(claim, &slot.base))
		rc = try_slot(claim, &slot, &done);
	for (attempt = 0; rc == 0 && !done && attempt < VNS_IDRANGE_SLOTS;
	     attempt++) {
		slot = vns_idrange_slot(claim->name, attempt);
		rc = try_slot(claim, &slot, &done);
	}
	if (rc < 0)
		return rc;
	if (!done)
		return vns_error_set(
			claim->err, ENOSPC,
			"%s: all ranges of user_namespace = \"auto\" are "
			"taken; remove the files that name vservers which are "
			"gone, or see what %s and %s give away",
			claim->path, claim->ranges->subuid,
			claim->ranges->subgid);
	*range = slot;
	return 0;
}

/*
 * Called for each range that was asked for. A return value other than 0 ends
 * the walk.
 */
typedef int visit_record(const struct claim *claim,
			 const struct vns_idrange *asked,
			 const struct vns_idrange *recorded, const char *name);

static int check_record(const struct claim *claim,
			const struct vns_idrange *asked,
			const struct vns_idrange *recorded, const char *name)
{
	if (strcmp(name, claim->name) == 0 ||
	    !vns_idrange_overlap(asked, recorded))
		return 0;
	return vns_error_set(claim->err, EEXIST,
			     "user_namespace \"%lu:%lu\" overlaps \"%lu:%lu\" "
			     "of vserver \"%s\"; choose another, or remove "
			     "%s/%lu if that vserver is gone or has another",
			     asked->base, asked->count, recorded->base,
			     recorded->count, name, claim->path,
			     recorded->base);
}

static int drop_record(const struct claim *claim,
		       const struct vns_idrange *asked,
		       const struct vns_idrange *recorded, const char *name)
{
	base_name base;

	if (strcmp(name, claim->name) != 0 || asked->base == recorded->base)
		return 0;
	snprintf(base, sizeof(base), "%lu", recorded->base);
	if (unlinkat(claim->directory, base, 0) < 0 && errno != ENOENT)
		return vns_error_errno(claim->err, errno, "removing %s/%s",
				       claim->path, base);
	return 0;
}

static int visit_file(const struct claim *claim,
		      const struct vns_idrange *asked, const char *file,
		      visit_record *visit)
{
	struct vns_idrange recorded = { 0, 1 };
	struct record record = { 0, "" };
	int rc;

	/* There may be very many "auto" ranges, none of which matters here. */
	if (!vns_util_number(file, VNS_IDRANGE_END_MAX, &recorded.base) ||
	    vns_idrange_in_auto(&recorded))
		return 0;
	rc = read_record(claim, recorded.base, &record);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	recorded.count = record.count;
	return visit(claim, asked, &recorded, record.name);
}

static int visit_asked(const struct claim *claim,
		       const struct vns_idrange *asked, visit_record *visit)
{
	int rc = 0, fd = openat(claim->directory, ".",
				O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!directory) {
		rc = vns_error_errno(claim->err, errno, "%s", claim->path);
		vns_safefile_close(&fd);
		return rc;
	}
	while (rc == 0) {
		errno = 0;
		entry = readdir(directory);
		if (!entry)
			break;
		rc = visit_file(claim, asked, entry->d_name, visit);
	}
	if (rc == 0 && errno)
		rc = vns_error_errno(claim->err, errno, "%s", claim->path);
	closedir(directory);
	return rc;
}

static int claim_asked(const struct claim *claim,
		       const struct vns_idrange *asked)
{
	struct record record = { 0, "" };
	int rc = visit_asked(claim, asked, check_record);

	if (rc == 0)
		rc = read_record(claim, asked->base, &record);
	if (rc == -ENOENT || (rc == 0 && record.count != asked->count))
		rc = write_record(claim, asked);
	/* This comes last: until then the vserver has both ranges. */
	return rc < 0 ? rc : visit_asked(claim, asked, drop_record);
}

int vns_ranges_check(const char *state_dir, const char *name,
		     const struct vns_idrange *asked, struct vns_error *err)
{
	const struct vns_ranges ranges = { .state_dir = state_dir };
	struct claim claim = { .ranges = &ranges, .name = name, .err = err };
	VNS_AUTOCLOSE int directory = -1;
	struct vns_error failure;
	int rc = vns_idrange_check(asked, err);

	if (rc < 0)
		return rc;
	if (!vns_util_format(claim.path, sizeof(claim.path), "%s/" DIRECTORY,
			     state_dir))
		return vns_error_errno(err, ENAMETOOLONG, "%s", state_dir);
	rc = vns_safefile_open(claim.path, VNS_SAFEFILE_DIRECTORY, &directory,
			       &failure);
	if (rc == -ENOENT)
		return 0;
	if (rc < 0) {
		*err = failure;
		return rc;
	}
	claim.directory = directory;
	return visit_asked(&claim, asked, check_record);
}

int vns_ranges_claim_in(const struct vns_ranges *ranges, const char *name,
			const struct vns_idrange *asked,
			struct vns_idrange *range, struct vns_error *err)
{
	struct claim claim = { .ranges = ranges,
			       .name = name,
			       .directory = -1,
			       .lock = -1,
			       .err = err };
	int rc;

	if (!vns_util_name_valid(name))
		return vns_error_set(err, EINVAL,
				     "the vserver's name is not valid");
	rc = asked ? vns_idrange_check(asked, err) : 0;
	if (rc == 0)
		rc = open_ranges(&claim);
	if (rc == 0)
		rc = take_lock(&claim);
	if (rc == 0)
		rc = asked ? claim_asked(&claim, asked) :
			     claim_auto(&claim, range);
	if (rc == 0 && asked)
		*range = *asked;
	vns_safefile_close(&claim.lock);
	vns_safefile_close(&claim.directory);
	return rc;
}

int vns_ranges_claim(const char *state_dir, const char *name,
		     const struct vns_idrange *asked, struct vns_idrange *range,
		     struct vns_error *err)
{
	const struct vns_ranges ranges = { .state_dir = state_dir,
					   .subuid = "/etc/subuid",
					   .subgid = "/etc/subgid",
					   .timeout_ms = LOCK_TIMEOUT_MS };

	return vns_ranges_claim_in(&ranges, name, asked, range, err);
}
