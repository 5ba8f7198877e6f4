/* Checks the configuration, if it can be trusted, and the ranges of ids. */
#include "config/definition.h"
#include "doctor/doctor.h"

#include "doctor/check.h"
#include "lib/idrange.h"
#include "config/load.h"
#include "vserver/names.h"

#include <stdio.h>
#include <string.h>

static const char *remedy_of(int rc)
{
	if (rc == -EPERM || rc == -ELOOP)
		return "make root the owner of all on its path and take the "
		       "right to write from others (\"chown root\", \"chmod "
		       "go-w\")";
	if (rc == -ENOENT)
		return "install it (pam_vns.conf(5) has examples); until then "
		       "every wired service refuses everybody";
	return "correct the configuration (pam_vns.conf(5)), and check it "
	       "with \"vns check\"";
}

static void add_finding(void *context, bool error, const char *text)
{
	struct vns_doctor *doctor = context;

	vns_report_add(doctor->report,
		       error ? VNS_REPORT_FAIL : VNS_REPORT_WARN, "config", "",
		       remedy_of(-EINVAL), "%s", text);
}

void vns_doctor_config(struct vns_doctor *doctor)
{
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	struct vns_findings findings = { .found = add_finding,
					 .context = doctor };
	struct vns_error err;
	int rc;

	vns_doctor_begin(doctor, doctor->config_path);
	rc = vns_load_config(doctor->config_path, &config, &err);
	if (rc < 0) {
		vns_doctor_fail(doctor, "config", "", remedy_of(rc), "%s",
				err.text);
		return;
	}
	vns_check_all(config, doctor->config_path, &findings);
	if (findings.errors + findings.warnings == 0)
		vns_doctor_pass(doctor, "config", doctor->config_path,
				"the configuration has no mistakes, and only "
				"root can change it (%u files)",
				findings.files);
}

/* --- ranges of ids -------------------------------------------------------- */

struct range {
	vns_name vserver;
	struct vns_idrange ids;
};

struct ranges {
	struct range *items;
	size_t count;
	bool failed;
};

/*
 * Adds the range of a vserver if its definition names one. "auto" ranges are
 * kept apart by their records.
 */
static void add_range(const struct vns_config *config, const char *name,
		      struct ranges *ranges)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct range *range = &ranges->items[ranges->count];
	struct vns_error ignored;

	if (vns_util_template(name) ||
	    vns_load_vserver(config, name, &vserver, &ignored) < 0 ||
	    !vserver->user_namespace ||
	    !vns_idrange_parse(vserver->user_namespace, &range->ids))
		return;
	memcpy(range->vserver, vserver->name, sizeof(vns_name));
	ranges->count++;
}

static void check_pairs(struct vns_doctor *doctor, struct ranges *ranges)
{
	size_t i, j;

	for (i = 0; i < ranges->count; i++) {
		const struct range *one = &ranges->items[i];

		for (j = 0; j < i; j++) {
			if (!vns_idrange_overlap(&one->ids,
						 &ranges->items[j].ids))
				continue;
			ranges->failed = true;
			vns_doctor_fail(doctor, "id-ranges", one->vserver,
					"give each its own range, or "
					"user_namespace = \"auto\"",
					"its user_namespace %lu:%lu overlaps "
					"that of \"%s\"",
					one->ids.base, one->ids.count,
					ranges->items[j].vserver);
		}
	}
}

/* Checks which of the ranges a line of subuid(5) overlaps. */
static void check_line(struct vns_doctor *doctor, const char *path,
		       const char *line, struct ranges *ranges)
{
	struct vns_idrange ids;
	size_t i;

	if (!vns_idrange_parse_subid(line, &ids))
		return;
	for (i = 0; i < ranges->count; i++) {
		const struct range *one = &ranges->items[i];

		if (!vns_idrange_overlap(&one->ids, &ids))
			continue;
		ranges->failed = true;
		vns_doctor_warn(doctor, "id-ranges", one->vserver,
				"take another range, or \"auto\", unless "
				"that line is there to reserve this range",
				"its user_namespace %lu:%lu is given away in "
				"%s: %s",
				one->ids.base, one->ids.count, path, line);
	}
}

static void check_subids(struct vns_doctor *doctor, const char *path,
			 struct ranges *ranges)
{
	FILE *stream = fopen(path, "re");
	char line[512];

	while (stream && fgets(line, sizeof(line), stream)) {
		line[strcspn(line, "\n")] = '\0';
		check_line(doctor, path, line, ranges);
	}
	if (stream)
		(void)fclose(stream);
}

void vns_doctor_ranges(struct vns_doctor *doctor)
{
	struct vns_strings names = { 0 };
	struct ranges ranges = { 0 };
	struct vns_error err;
	size_t i;

	vns_doctor_begin(doctor, doctor->config->vserver_dir);
	if (vns_names_defined(doctor->config, &names, &err) == 0)
		ranges.items = calloc(names.count + 1, sizeof(*ranges.items));
	for (i = 0; ranges.items && i < names.count; i++)
		add_range(doctor->config, names.items[i], &ranges);
	check_pairs(doctor, &ranges);
	check_subids(doctor, "/etc/subuid", &ranges);
	check_subids(doctor, "/etc/subgid", &ranges);
	if (ranges.count > 0 && !ranges.failed)
		vns_doctor_pass(doctor, "id-ranges", "",
				"%zu ranges of ids (BASE:COUNT), and no id "
				"is given to two owners",
				ranges.count);
	free(ranges.items);
	vns_strings_free(&names);
}
