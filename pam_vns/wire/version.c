/* Compares the version at the beginning of a message with this one. */
#include "wire/version.h"

#include "lib/fields.h"

#include <limits.h>
#include <string.h>

int vns_version_check(enum vns_version_side sender, const char **text,
		      size_t *length, struct vns_error *err)
{
	const char *end = *length > 0 ? memchr(*text, '\0', *length) : NULL;
	const char *value = end ? vns_fields_value(*text, "pam_vns") : NULL;
	unsigned long version;
	bool of_module = sender == VNS_VERSION_MODULE;

	if (!value || *value == '0' ||
	    !vns_util_number(value, UINT_MAX, &version))
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
	*length -= (size_t)(end + 1 - *text);
	*text = end + 1;
	return 0;
}
