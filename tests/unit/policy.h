/* What stands in for the group database, and for files, in tests of rules. */
#ifndef POLICY_H
#define POLICY_H

#include "config/config.h"
#include "config/policy.h"

#include "tap.h"

#include <errno.h>

/* This stands in for NSS, and counts how often it is asked. */
struct directory {
	const char *member_of; /* with "," around each name */
	const char *primary;
	unsigned asked, named;
	int code; /* if not 0, the answer to each question */
};

static int member(void *context, const char *group, bool *is_member,
		  struct vns_error *err)
{
	struct directory *directory = context;
	char name[64];

	directory->asked++;
	if (directory->code)
		return vns_error_set(err, directory->code, "NSS is down");
	snprintf(name, sizeof(name), ",%s,", group);
	*is_member = strstr(directory->member_of, name) != NULL;
	return 0;
}

static int primary_name(void *context, const char **name, struct vns_error *err)
{
	struct directory *directory = context;

	directory->named++;
	if (directory->code)
		return vns_error_set(err, directory->code, "NSS is down");
	*name = directory->primary;
	return 0;
}

static struct vns_config *parse(const char *text, bool user)
{
	struct vns_config *config = NULL;
	struct vns_error err = { "" };
	int rc =
		user ? vns_config_parse_user(text, strlen(text), "own", &config,
					     &err) :
		       vns_config_parse(text, strlen(text), "f", &config, &err);

	if (rc < 0) {
		diag("%s: %s", text, err.text);
		need(false, "a test's own configuration");
	}
	return config;
}

#endif
