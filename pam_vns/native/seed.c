/*
 * Opens the pinned mount namespace that new ones are copied from, and makes it
 * first if many vservers run and there is none yet.
 */
#include "native/seed.h"

#include "native/builder.h"
#include "native/pins.h"
#include "system/namespace.h"
#include "system/safefile.h"

#include <fcntl.h>
#include <sys/stat.h>

/* With fewer pins, copying the host's mount namespace takes no time. */
#define WORTHWHILE 256

static int open_pin(const struct vns_native *native)
{
	return openat(native->ns, VNS_PINS_SEED,
		      O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW |
			      O_CLOEXEC);
}

/*
 * Counts the pins by the link count of their directory, which has one link for
 * each subdirectory. On filesystems where it has not, this cannot be told.
 */
static bool is_worthwhile(const struct vns_native *native)
{
	struct stat st;

	return fstat(native->ns, &st) == 0 && st.st_nlink >= WORTHWHILE;
}

static int plant(const struct vns_native *native)
{
	VNS_AUTOBUILDER struct vns_builder builder = { .channel = -1 };
	struct vns_build build = VNS_BUILD_NONE;
	struct vns_built ignored;
	struct vns_error err;
	int rc;

	build.plants = true;
	rc = vns_builder_pin(&builder, &build, native, vns_pins_plant, &err);
	if (rc == 0)
		rc = vns_builder_run(&builder, &ignored, &err);
	if (rc < 0)
		vns_pins_uproot(native);
	return rc;
}

void vns_seed_open(const struct vns_native *native, int *fd)
{
	VNS_AUTOCLOSE int lock = -1;
	VNS_AUTOCLOSE int pin = -1;
	struct vns_error ignored;

	if (!is_worthwhile(native))
		return;
	/* The lock keeps others from finding the seed half made. */
	if (vns_pins_lock_all(native, &lock, &ignored) < 0)
		return;
	pin = open_pin(native);
	if (pin < 0 || !vns_namespace_is_mount(pin)) {
		vns_safefile_close(&pin);
		pin = plant(native) < 0 ? -1 : open_pin(native);
	}
	*fd = pin;
	pin = -1;
}
