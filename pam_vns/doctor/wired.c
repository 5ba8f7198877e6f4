/* Checks if the services that vns enable has wired still have its lines. */
#include "doctor/doctor.h"

#include "pamd/wired.h"
#include "pamd/judge.h"
#include "pamd/edit.h"
#include "pamd/file.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

static bool has_module(const char *service, enum vns_pamstack_type type)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_error ignored;
	size_t i;

	if (vns_doctor_stack(service, type, &stack, &ignored) < 0)
		return false;
	for (i = 0; i < stack->count; i++)
		if (vns_pamstack_is(stack->rules[i].line, VNS_JUDGE_MODULE))
			return true;
	return false;
}

/*
 * Returns how many lines of vns enable are in a service's file, or -ENOENT if
 * there is no file.
 */
static int count_marks(const char *service)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = NULL;
	VNS_AUTOFREE char *path = NULL;
	VNS_AUTOFREE char *text = NULL;
	const struct vns_pamstack_line *own;
	struct vns_error ignored;
	size_t length;
	int rc = vns_pamfile_read(NULL, service, &path, &text, &length,
				  &ignored);

	if (rc == 0)
		rc = vns_pamstack_parse(text, length, path, &file, &ignored);
	return rc < 0 ? rc : (int)vns_pamedit_count(text, file, &own);
}

/*
 * Whether vns enable would put in other lines today: the files that the service
 * includes, or vns enable itself, may have changed.
 */
static bool is_stale(const char *service)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = NULL;
	VNS_AUTOFREE char *path = NULL;
	VNS_AUTOFREE char *text = NULL;
	VNS_AUTOFREE char *made = NULL;
	struct vns_error left, ignored;
	size_t length;

	if (vns_pamfile_read(NULL, service, &path, &text, &length, &ignored) <
		    0 ||
	    vns_pamstack_parse(text, length, path, &file, &ignored) < 0 ||
	    vns_pamedit_enable(text, length, file, true, vns_pamfile_read, NULL,
			       &made, &left, &ignored) < 0 ||
	    !made)
		return false;
	return strcmp(made, text) != 0;
}

/*
 * Checks a service that is noted as enabled. If only one of its two lines is
 * left, vns_doctor_pam reports that.
 */
static void check_noted(struct vns_doctor *doctor, const char *service)
{
	int marks = count_marks(service);
	char remedy[256], again[256];

	vns_util_format(again, sizeof(again), "\"vns enable %s\"", service);

	vns_util_format(remedy, sizeof(remedy),
			marks == -ENOENT ? "\"vns disable %s\"" :
					   "\"vns enable --all-as-before\", or "
					   "\"vns disable %s\"",
			service);
	if (marks == -ENOENT)
		vns_doctor_warn(doctor, "pam-lost", service, remedy,
				"was enabled, but has no file in /etc/pam.d "
				"any more");
	else if (marks > 0 && is_stale(service))
		vns_doctor_warn(doctor, "pam-stale", service, again,
				"was enabled, but would get other lines now, "
				"because the files that it includes have "
				"changed");
	else if (marks > 0 || has_module(service, VNS_PAMSTACK_ACCOUNT) ||
		 has_module(service, VNS_PAMSTACK_SESSION))
		vns_doctor_pass(doctor, "pam-lost", service,
				"still has its lines of pam_vns.so");
	else
		vns_doctor_fail(doctor, "pam-lost", service, remedy,
				"was enabled, but its file has lost the "
				"lines since then, for example by an "
				"upgrade: its users are on the host");
}

static bool is_noted(const struct vns_strings *noted, const char *service)
{
	size_t i;

	for (i = 0; i < noted->count; i++)
		if (strcmp(noted->items[i], service) == 0)
			return true;
	return false;
}

/*
 * Finds services that were enabled before this was recorded. If they lost their
 * lines, nobody would notice.
 */
static void check_unnoted(struct vns_doctor *doctor,
			  const struct vns_strings *noted)
{
	DIR *directory = opendir(VNS_PAMFILE_DIR);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		const char *name = entry->d_name;
		char remedy[256];

		/*
		 * Files with a dot are what packages leave beside a service's
		 * file.
		 */
		if (strchr(name, '.') || !vns_util_name_valid(name) ||
		    (doctor->service && strcmp(doctor->service, name) != 0) ||
		    is_noted(noted, name) || count_marks(name) <= 0)
			continue;
		vns_util_format(remedy, sizeof(remedy), "\"vns enable %s\"",
				name);
		vns_doctor_warn(doctor, "pam-lost", name, remedy,
				"is enabled, but not recorded as enabled: if "
				"an upgrade took the lines out, nobody would "
				"notice");
	}
	if (directory)
		closedir(directory);
}

void vns_doctor_wired(struct vns_doctor *doctor)
{
	struct vns_strings noted = { 0 };
	struct vns_error err;
	size_t i;

	if (vns_wired_list(&noted, &err) < 0)
		vns_doctor_fail(doctor, "pam-lost", "",
				"make the path in the message readable "
				"for root",
				"%s", err.text);
	else
		check_unnoted(doctor, &noted);
	for (i = 0; i < noted.count; i++)
		if (!doctor->service ||
		    strcmp(doctor->service, noted.items[i]) == 0)
			check_noted(doctor, noted.items[i]);
	vns_strings_free(&noted);
}
