/*
 * Preloaded, this makes poll(2) thirty times as impatient, for programs that
 * wait a minute by a constant in a library.
 */
#include <dlfcn.h>
#include <poll.h>

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	int (*real)(struct pollfd *, nfds_t, int) =
		(int (*)(struct pollfd *, nfds_t, int))dlsym(RTLD_NEXT, "poll");

	return real(fds, count, timeout > 0 ? timeout / 30 + 1 : timeout);
}
