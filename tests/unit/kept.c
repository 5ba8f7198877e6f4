/*
 * Tests that the lines of vns enable can be taken out of one text and given to
 * another; see pam_vns/pamd/kept.h.
 */
#include "pamd/kept.h"

#include "pamd/edit.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

#define A "account requisite pam_vns.so # vns enable\n"
#define S "session requisite pam_vns.so debug # vns enable\n"
#define S_OPEN                                                                \
	"session requisite pam_vns.so debug # vns enable, with the line end " \
	"above\n"
#define OWN "session requisite pam_vns.so\n"

static struct vns_pamstack_file *parse(const char *text)
{
	struct vns_pamstack_file *file = NULL;
	struct vns_error err;

	need(vns_pamstack_parse(text, strlen(text), "f", &file, &err) == 0,
	     text);
	return file;
}

static const struct {
	const char *text, *lines;
} taken[] = {
	{ "", NULL },
	{ "@include x\n" OWN, NULL },
	{ A "@include x\n" S, A S },
	{ A "@include x\nsession requisite pam_vns.so debug # vns enable",
	  A S },
	{ A "@include x\n" S_OPEN, A S },
	{ A OWN "account required x # vns enable\n" S "session optional y\n",
	  A S },
};

static void test_take(void)
{
	struct vns_error err;
	size_t i;

	for (i = 0; i < LENGTH(taken); i++) {
		VNS_AUTOPAMFILE struct vns_pamstack_file *file =
			parse(taken[i].text);
		VNS_AUTOFREE char *lines = NULL;

		about("taking the lines of vns enable from \"%s\"",
		      taken[i].text);
		is_number(vns_pamkept_take(taken[i].text, file, &lines, &err),
			  0, "no error");
		is_string(lines, taken[i].lines, "the lines that are kept");
	}
}

static const struct {
	const char *text, *lines, *made; /* made is NULL where it is refused */
} given[] = {
	{ "@include x\n", A S, "@include x\n" A S },
	{ "@include x", A S, "@include x\n" A S_OPEN },
	{ "", A S, A S },
	{ "@include x\n", "", NULL },
	{ "@include x\n", "# vns enable\n", NULL },
	{ "@include x\n", A OWN, NULL },
	{ "@include x\n", A "auth sufficient pam_permit.so # vns enable\n",
	  NULL },
	{ "@include x\n", A "sesion requisite pam_vns.so # vns enable\n",
	  NULL },
	{ "@include x\n", A "session requisite pam_vns.so # vns enable", NULL },
};

static void test_give(void)
{
	struct vns_error err;
	size_t i;

	for (i = 0; i < LENGTH(given); i++) {
		VNS_AUTOFREE char *made = NULL;
		VNS_AUTOFREE char *bare = NULL;
		struct vns_pamstack_file *file;

		about("giving \"%s\" to \"%s\"", given[i].lines, given[i].text);
		is_number(vns_pamkept_give(given[i].text, given[i].lines, "r",
					   &made, &err),
			  given[i].made ? 0 : -EINVAL, "it is %s",
			  given[i].made ? "done" : "refused");
		is_string(made, given[i].made, "the text that it makes");
		if (!made) {
			ok(strncmp(err.text, "r", 1) == 0,
			   "the error message begins with the record's path");
			continue;
		}
		file = parse(made);
		need(vns_pamedit_disable(made, strlen(made), file, &bare,
					 &err) == 0,
		     "disable");
		is_string(bare, given[i].text,
			  "vns disable makes the former text of it");
		vns_pamstack_free_file(file);
	}
}

int main(void)
{
	test_take();
	test_give();
	return finish();
}
