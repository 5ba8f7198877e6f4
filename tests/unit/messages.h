/* Messages between the module and the keeper, and what may befall them. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "tap.h"
#include "wire/answer.h"

#include <errno.h>

/*
 * Makes a message with a NUL for each "|". It has its own size: nothing behind
 * it may be looked at. The caller frees it.
 */
static inline char *make_message(const char *from, size_t *length)
{
	char *text, *at;

	*length = strlen(from);
	text = malloc(*length ? *length : 1);
	need(text, "malloc");
	memcpy(text, from, *length);
	for (at = text; at < text + *length; at++)
		if (*at == '|')
			*at = '\0';
	return text;
}

/*
 * Unpacks a message, and packs what was in it again. Returns what the former
 * did, or -ENOMSG if that was not the same message.
 */
typedef int again_function(const char *text, size_t length);

/* Whether a message was read whole, or refused. */
static inline bool is_handled(int rc)
{
	return rc == 0 || rc == -EINVAL || rc == -EPROTO;
}

/* Cuts the message before each byte. */
static inline void cut_everywhere(const char *text, size_t length,
				  again_function *again)
{
	size_t cut, handled = 0;

	for (cut = 0; cut < length; cut++) {
		char *less = malloc(cut ? cut : 1);

		need(less, "malloc");
		memcpy(less, text, cut);
		handled += is_handled(again(less, cut));
		free(less);
	}
	is_number(handled, length,
		  "cut before any byte, it is refused, or a whole message");
}

/* Gives each byte each value. */
static inline void change_everything(const char *text, size_t length,
				     again_function *again)
{
	char *other = malloc(length);
	size_t at, handled = 0;
	int value;

	need(other, "malloc");
	memcpy(other, text, length);
	for (at = 0; at < length; at++) {
		for (value = 0; value < 256; value++) {
			other[at] = (char)value;
			handled += is_handled(again(other, length));
		}
		other[at] = text[at];
	}
	is_number(handled, length * 256,
		  "with any byte changed, it is refused, or a whole message");
	free(other);
}

/* An again_function for answers. */
static inline int answer_again(const char *text, size_t length)
{
	VNS_AUTOANSWER struct vns_answer answer = { 0 };
	VNS_AUTOFREE char *back = NULL;
	struct vns_error err = { "" };
	size_t size = 0;
	int rc = vns_answer_unpack(text, length, &answer, &err);

	if ((rc < 0) != (err.text[0] != '\0'))
		return -ENOMSG;
	if (rc < 0)
		return answer.text || answer.log.items ? -ENOMSG : rc;
	if (vns_answer_pack(&answer, &back, &size, &err) < 0 ||
	    size != length || memcmp(back, text, size) != 0)
		return -ENOMSG;
	return 0;
}

#endif
