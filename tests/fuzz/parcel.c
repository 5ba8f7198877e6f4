/*
 * Any messages, as a module gets them from whoever it takes for the keeper: a
 * text no longer than was allowed, or an error. A byte of the input, less 32,
 * is the length of the message behind it.
 */
#include "system/parcel.h"

#include "lib/util.h"

#include "fuzz.h"

#include <unistd.h>

#define MAX 100

static void send_all(int channel, const uint8_t *data, size_t size)
{
	while (size > 1) {
		uint8_t length = (uint8_t)(data[0] - ' '), i;
		char text[UINT8_MAX];

		if (length >= size)
			length = (uint8_t)(size - 1);
		/* The seeds are readable. */
		for (i = 0; i < length; i++)
			text[i] = data[i + 1] == '\n' ? '\0' :
							(char)data[i + 1];
		if (length > 0 && vns_channel_send(channel, text, length, NULL,
						   0, MSG_DONTWAIT) < 0)
			return;
		data += length + 1;
		size -= length + 1U;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	VNS_AUTOEXTRAS struct vns_channel_extras extras = { 0 };
	struct vns_error err;
	char *text = NULL;
	size_t length = 0;
	bool delayed = false;
	int ends[2];

	HOLDS(vns_channel_open(ends, &err) == 0);
	send_all(ends[0], data, size);
	close(ends[0]);
	if (vns_parcel_receive(ends[1], MAX, 0, &text, &length, &extras,
			       &delayed) == 0) {
		HOLDS(length > 0 && length <= MAX);
		HOLDS(text[length] == '\0');
	} else {
		HOLDS(!text);
	}
	free(text);
	close(ends[1]);
	return 0;
}
