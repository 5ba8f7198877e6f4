/*
 * Tests messages, descriptors and answers that go through a channel, and its
 * end; see pam_vns/system/channel.h.
 */
#include "system/channel.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#define WHO "the child"

static struct vns_error err;

static void test_messages(void)
{
	const unsigned before = count_descriptors();
	int ends[2], fds[VNS_CHANNEL_FDS + 1], i;
	struct vns_channel_extras extras;
	char text[8] = "";

	need(vns_channel_open(ends, &err) == 0, err.text);
	about("messages through a channel");
	is_number(fcntl(ends[0], F_GETFD) & fcntl(ends[1], F_GETFD), FD_CLOEXEC,
		  "both ends are close-on-exec");
	for (i = 0; i <= VNS_CHANNEL_FDS; i++)
		fds[i] = i % 2;
	is_number(vns_channel_send(ends[0], "abc", 3, fds, VNS_CHANNEL_FDS, 0),
		  0, "as many descriptors as are allowed can be sent");
	is_number(vns_channel_send(ends[0], "abc", 3, fds, VNS_CHANNEL_FDS + 1,
				   0),
		  -EINVAL, "one more than that is refused");
	is_number(vns_channel_send(ends[0], "de", 2, NULL, 0, 0), 0,
		  "a message without descriptors can be sent");
	is_number((int)vns_channel_receive(ends[1], text, sizeof(text), &extras,
					   0),
		  3, "the first message comes alone");
	is_string(text, "abc", "its text is as it was sent");
	is_number((int)extras.count, VNS_CHANNEL_FDS,
		  "all its descriptors come");
	is_number(fcntl(extras.fds[0], F_GETFD), FD_CLOEXEC,
		  "received descriptors are close-on-exec");
	vns_channel_drop(&extras);
	is_number((int)vns_channel_receive(ends[1], text, sizeof(text), &extras,
					   0),
		  2, "the second message comes");
	is_number((int)extras.count, 0,
		  "the second message has no descriptors");
	is_number((int)vns_channel_receive(ends[1], text, sizeof(text), &extras,
					   MSG_DONTWAIT),
		  -EAGAIN, "there are no more messages");
	close(ends[0]);
	is_number((int)vns_channel_receive(ends[1], text, sizeof(text), &extras,
					   0),
		  0, "a closed end is noticed");
	is_number(vns_channel_send(ends[1], "x", 1, NULL, 0, 0), -EPIPE,
		  "nothing can be sent to a closed end, and no signal comes");
	close(ends[1]);
	is_number(count_descriptors(), before, "no descriptor is left open");
}

/*
 * Answers with 7, with 8, and with a failure. The child ends in place of an
 * answer where end is 7 or 8, or 9 for the failure.
 */
static _Noreturn void work(int channel, int end)
{
	const struct vns_error failed = { "it has failed" };
	int result;

	for (result = 7; result <= 8; result++) {
		if (result == end)
			_exit(0);
		if (!vns_channel_answer(channel, 0, &result, sizeof(result),
					NULL) ||
		    !vns_channel_await(channel))
			_exit(0);
	}
	if (end != 9)
		_exit(vns_channel_answer(channel, -ENOTTY, &result,
					 sizeof(result), &failed) ?
			      1 :
			      0);
	_exit(0);
}

static pid_t start(int *channel, int end)
{
	pid_t pid = vns_channel_fork(channel, &err);

	if (pid == 0)
		work(*channel, end);
	need(pid > 0, err.text);
	return pid;
}

static void finish_child(pid_t pid, int channel, const char *what)
{
	int status = -1;

	close(channel);
	need(waitpid(pid, &status, 0) == pid, "waitpid");
	is_number(status, 0, "%s ends by itself", what);
}

static int hear(int channel, int *result)
{
	return vns_channel_hear(channel, WHO, result, sizeof(*result), &err);
}

static void test_steps(void)
{
	int channel, result = 0;
	pid_t pid = start(&channel, 0);

	about("a child that does steps, of which the third fails");
	is_number(hear(channel, &result), 0, "the first step is done");
	is_number(result, 7, "the first step's result comes");
	is_number(vns_channel_tell(channel, WHO, &err), 0,
		  "the child is told to go on after the first step");
	is_number(hear(channel, &result), 0, "the second step is done");
	is_number(result, 8, "the second step's result comes");
	is_number(vns_channel_tell(channel, WHO, &err), 0,
		  "the child is told to go on after the second step");
	is_number(hear(channel, &result), -ENOTTY, "the third step fails");
	is_string(err.text, "it has failed", "the third step's error comes");
	is_number(result, 8, "a failed step has no result");
	finish_child(pid, channel, "a child that failed");
}

static void test_ends(void)
{
	int channel, result = 0;
	pid_t pid = start(&channel, 0);

	about("a channel that ends");
	is_number(hear(channel, &result), 0,
		  "the first step of a child is done");
	finish_child(pid, channel, "a child whose other end is closed");

	pid = start(&channel, 7);
	is_number(hear(channel, &result), -EIO, "a child that ends is noticed");
	is_string(err.text, WHO " died",
		  "the error names the child that ended");
	finish_child(pid, channel, "a child without an answer");

	pid = start(&channel, 9);
	hear(channel, &result);
	vns_channel_tell(channel, WHO, &err);
	hear(channel, &result);
	vns_channel_tell(channel, WHO, &err);
	is_number(vns_channel_hear_end(channel, WHO, &err), 0,
		  "a closed end can be what is waited for");
	finish_child(pid, channel, "a child that has done all steps");

	pid = start(&channel, 0);
	is_number(vns_channel_hear_end(channel, WHO, &err), -EIO,
		  "a child that answers where its end is awaited is an error");
	finish_child(pid, channel, "a child that nobody tells to go on");
}

int main(void)
{
	test_messages();
	test_steps();
	test_ends();
	return finish();
}
