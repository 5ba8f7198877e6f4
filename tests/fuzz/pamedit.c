/*
 * Fuzzes what vns enable does to a service's file: its lines can be taken out
 * again, to the byte, and are found again as they are. The input is the file, a
 * file that it includes, and the NAME-noninteractive of that, with a form feed
 * between.
 */
#include "pamd/edit.h"
#include "pamd/jump.h"

#include "fuzz.h"

#include <errno.h>

struct input {
	const char *own, *included, *quieter;
};

static int read_input(void *context, const char *name, char **path, char **text,
		      size_t *length, struct vns_error *err)
{
	const struct input *input = context;
	const char *found = strstr(name, "-noninteractive") ? input->quieter :
							      input->included;

	if (*name == '/')
		return vns_error_set(err, ENOENT, "none");
	*path = strdup(name);
	*text = strdup(strcmp(name, "own") == 0 ? input->own : found);
	HOLDS(*path && *text);
	*length = strlen(*text);
	return 0;
}

static struct vns_pamstack_file *parse(const char *text)
{
	struct vns_pamstack_file *file = NULL;
	struct vns_error err;

	if (vns_pamstack_parse(text, strlen(text), "f", &file, &err) < 0)
		return NULL;
	return file;
}

static char *enable(const char *text, bool keep, struct input *input,
		    bool *jumps)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = parse(text);
	struct vns_error left = { "" }, err = { "" };
	char *made = NULL;
	int rc;

	HOLDS(file);
	rc = vns_pamedit_enable(text, strlen(text), file, keep, read_input,
				input, &made, &left, &err);
	HOLDS((rc == 0) == (made != NULL) && (rc < 0) == (*err.text != '\0'));
	*jumps = rc == 0 && !*left.text;
	return made;
}

static void check_back(const char *text, const char *made)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = parse(made);
	struct vns_error err;
	char *back = NULL;

	HOLDS(file &&
	      vns_pamedit_disable(made, strlen(made), file, &back, &err) == 0);
	HOLDS(strcmp(back, text) == 0);
	free(back);
}

/* Nobody who is placed gets there, unless it was said why. */
static void check_jumps(const char *made, struct input *input)
{
	struct input with = { made, input->included, input->quieter };
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_error err;

	if (vns_pamstack_resolve("own", VNS_PAMSTACK_SESSION, read_input, &with,
				 &stack, &err) == 0)
		HOLDS(!vns_pamjump_reached(stack));
}

static void check(const char *text, struct input *input)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = parse(text);
	VNS_AUTOFREE char *made = NULL, *again = NULL;
	bool jumps, same;

	/* What looks like ours is taken for it. */
	if (!file || strstr(text, VNS_PAMEDIT_MARK))
		return;
	made = enable(text, false, input, &jumps);
	if (!made)
		return;
	check_back(text, made);
	if (jumps)
		check_jumps(made, input);
	again = enable(made, true, input, &same);
	HOLDS(again && strcmp(again, made) == 0 && same == jumps);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char none[] = "";
	char *text = fuzz_string(data, size), *at = text;
	char *parts[3] = { text, none, none };
	size_t i;

	for (i = 1; i < 3 && (at = strchr(at, '\f')); i++) {
		*at++ = '\0';
		parts[i] = at;
	}
	check(parts[0], &(struct input){ parts[0], parts[1], parts[2] });
	free(text);
	return 0;
}
