/*
 * Tests the grammar of what a definition says of another engine's container;
 * see pam_vns/config/definition.h and pam_vns.conf(5).
 */
#include "grammars.h"

#define V "root = \"/r\" "
#define F "source = \"ns:/x\" "
#define OWNER \
	"must be a user's name or number, or \"%u\" for the user who logs in"
#define ABOUT                                                            \
	" can only be used with source =: it is about the container of " \
	"another engine"

static const struct row table[] = {
	/* Whose a foreign vserver may be. */
	{ VSERVER, F "owner = bob", NULL },
	{ VSERVER, F "owner = 1002", NULL },
	{ VSERVER, F "owner = \"%u\"", NULL },
	{ VSERVER, F "owner = {bob, \"1003\", \"%u\"}", NULL },
	{ VSERVER, F "owner = \"%n\"", "1: owner = \"%n\": it " OWNER },
	{ VSERVER, F "owner = \"a b\"", "1: owner = \"a b\": it " OWNER },
	{ VSERVER, F "owner = \"\"", "1: owner = \"\": it " OWNER },
	{ VSERVER, V "owner = bob", "1: owner =" ABOUT },
	{ VSERVER, F "confine = none cgroup = container", NULL },
	{ VSERVER, F "confine = container", NULL },
	{ VSERVER, F "confine = all",
	  "1: confine = \"all\": it must be \"container\" or \"none\"" },
	{ VSERVER, V "confine = none", "1: confine =" ABOUT },
	{ VSERVER, V "cgroup = container", "1: cgroup = \"container\"" ABOUT },
};

int main(void)
{
	test_table(table, LENGTH(table));
	return finish();
}
