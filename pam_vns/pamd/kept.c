/*
 * Picks out the lines of vns enable by their mark, and appends recorded ones to
 * another text.
 */
#include "pamd/kept.h"
#include "pamd/judge.h"

#include "pamd/edit.h"

#include <stdio.h>
#include <string.h>

static int end_writing(FILE *out, char **made, struct vns_error *err)
{
	bool failed = ferror(out);

	if (fclose(out) == 0 && !failed)
		return 0;
	free(*made);
	*made = NULL;
	return vns_error_memory(err);
}

/* Writes a line without what its mark says of the file that it was in. */
static void write_line(FILE *out, const char *start, size_t length)
{
	const char *more = memmem(start, length, VNS_PAMEDIT_MARK_NEWLINE,
				  strlen(VNS_PAMEDIT_MARK_NEWLINE));
	size_t head = more ? (size_t)(more - start) : length;

	(void)fwrite(start, 1, head, out);
	if (more)
		fputs(VNS_PAMEDIT_MARK "\n", out);
	else if (start[length - 1] != '\n')
		fputc('\n', out);
}

int vns_pamkept_take(const char *text, const struct vns_pamstack_file *file,
		     char **lines, struct vns_error *err)
{
	size_t i, size;
	FILE *out = open_memstream(lines, &size);
	int rc;

	if (!out)
		return vns_error_memory(err);
	for (i = 0; i < file->count; i++) {
		const struct vns_pamstack_line *line = &file->lines[i];

		if (vns_pamstack_places(line, VNS_JUDGE_MODULE) &&
		    vns_pamedit_is_marked(text, line))
			write_line(out, text + line->start,
				   line->end - line->start);
	}
	rc = end_writing(out, lines, err);
	if (rc == 0 && size == 0) {
		free(*lines);
		*lines = NULL;
	}
	return rc;
}

static int check_lines(const char *lines, const char *path,
		       struct vns_error *err)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = NULL;
	size_t i, length = strlen(lines);
	int rc = vns_pamstack_parse(lines, length, path, &file, err);

	if (rc < 0)
		return rc;
	for (i = 0; i < file->count; i++)
		if (!vns_pamstack_places(&file->lines[i], VNS_JUDGE_MODULE) ||
		    !vns_pamedit_is_marked(lines, &file->lines[i]))
			break;
	if (i == file->count && i > 0 && lines[length - 1] == '\n')
		return 0;
	return vns_error_set(err, EINVAL,
			     "%s: these are not lines of vns enable; remove "
			     "that file, and enable the service again",
			     path);
}

int vns_pamkept_give(const char *text, const char *lines, const char *path,
		     char **made, struct vns_error *err)
{
	size_t length = strlen(text), size;
	bool open = length > 0 && text[length - 1] != '\n';
	FILE *out;
	int rc = check_lines(lines, path, err);

	if (rc < 0)
		return rc;
	out = open_memstream(made, &size);
	if (!out)
		return vns_error_memory(err);
	fputs(text, out);
	if (!open) {
		fputs(lines, out);
		return end_writing(out, made, err);
	}
	/* The last mark says that the newline before it was put in, too. */
	fprintf(out, "\n%.*s", (int)(strlen(lines) - 1), lines);
	fputs(&VNS_PAMEDIT_MARK_NEWLINE[strlen(VNS_PAMEDIT_MARK)], out);
	fputc('\n', out);
	return end_writing(out, made, err);
}
