/* Compares the version at the beginning of a message with this one. */
#include "wire/version.h"

#include "lib/fields.h"

#include <limits.h>
#include <string.h>

unsigned long vns_version_of(const char *text, size_t length)
{
	const char *end = length > 0 ? memchr(text, '\0', length) : NULL;
	const char *value = end ? vns_fields_value(text, "pam_vns") : NULL;
	unsigned long version;

	if (!value || *value == '0' ||
	    !vns_util_number(value, UINT_MAX, &version))
		return 0;
	return version;
}

int vns_version_check(enum vns_version_side sender, const char **text,
		      size_t *length, struct vns_error *err)
{
	const unsigned long version = vns_version_of(*text, *length);
	const bool of_module = sender == VNS_VERSION_MODULE;
	size_t read;

	if (version == 0)
		return vns_error_set(err, EINVAL,
				     "the %s sent something else than a "
				     "message of pam_vns",
				     of_module ? "module" : "keeper");
	if (version != VNS_WIRE_VERSION)
		return vns_error_set(
			err, EPROTO,
			"pam_vns.so in the service that the user logs in by "
			"(sshd, su), and the keeper, are of different versions "
			"(%lu and %lu): restart vns.service, or log in again",
			of_module ? version : VNS_WIRE_VERSION,
			of_module ? VNS_WIRE_VERSION : version);
	read = strlen(*text) + 1;
	*length -= read;
	*text += read;
	return 0;
}
