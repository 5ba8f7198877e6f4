/* Decides what a program gets for 0, 1 and 2 by what the caller has there. */
#include "tool/plan.h"

#include <sys/stat.h>

void vns_plan_make(struct vns_plan *plan)
{
	struct stat st[3] = { 0 };
	int i;

	*plan = (struct vns_plan){ .terminal = -1 };
	for (i = 2; i >= 0; i--) {
		(void)fstat(i, &st[i]);
		if (tcgetattr(i, &plan->modes) < 0)
			continue;
		plan->kinds[i] = VNS_PLAN_TERMINAL;
		plan->terminal = i;
		(void)ioctl(i, TIOCGWINSZ, &plan->size);
	}
	plan->seekable = S_ISREG(st[0].st_mode);
	/* A single pipe keeps the order of what is written to both. */
	if (plan->kinds[1] == VNS_PLAN_PIPE &&
	    plan->kinds[2] == VNS_PLAN_PIPE && st[1].st_dev == st[2].st_dev &&
	    st[1].st_ino == st[2].st_ino)
		plan->kinds[2] = VNS_PLAN_AS_OUTPUT;
}
