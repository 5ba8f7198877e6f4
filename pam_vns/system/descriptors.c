/* Closes the ranges between the descriptors that are kept (close_range(2)). */
#include "system/descriptors.h"

#include <sys/syscall.h>
#include <unistd.h>

/* Returns the lowest of the kept descriptors from first up, or -1. */
static int next_kept(const int *kept, size_t count, int first)
{
	int next = -1;
	size_t i;

	for (i = 0; i < count; i++)
		if (kept[i] >= first && (next < 0 || kept[i] < next))
			next = kept[i];
	return next;
}

bool vns_descriptors_close(int first, const int *kept, size_t count)
{
	int next;

	while ((next = next_kept(kept, count, first)) >= 0) {
		if (next > first && syscall(SYS_close_range, (unsigned)first,
					    (unsigned)next - 1, 0U) < 0)
			return false;
		first = next + 1;
	}
	return syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0;
}
