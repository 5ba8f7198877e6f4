/* Has a child that is in a PID namespace open the process 1 that it sees. */
#include "system/nsinit.h"

#include "system/namespace.h"
#include "system/safefile.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

struct search {
	int ns;
	int pidfd;
	struct vns_error *err;
};

static int open_first(void *argument)
{
	struct search *search = argument;

	search->pidfd = (int)syscall(SYS_pidfd_open, 1, 0);
	return 0;
}

/* No child can be made where the first process has ended: ENOMEM. */
static int search_inside(void *argument)
{
	struct search *search = argument;

	return vns_namespace_run_among(search->ns, open_first, search,
				       search->err);
}

int vns_nsinit_open(const struct vns_place *place, int *pidfd,
		    struct vns_error *err)
{
	struct search search = { place->ns[VNS_NS_PID], -1, err };
	int rc = vns_namespace_run_at(place->ns[VNS_NS_MNT], search_inside,
				      &search);

	if (rc == -ENOMEM || (rc == 0 && search.pidfd < 0))
		return vns_error_set(err, ESRCH,
				     "the first process of its PID namespace "
				     "has ended");
	if (rc < 0)
		return vns_error_errno(err, -rc,
				       "looking into the PID namespace");
	*pidfd = search.pidfd;
	return 0;
}
