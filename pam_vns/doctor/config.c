/* Checks the configuration, if it can be trusted, and the ranges of ids. */
#include "doctor/doctor.h"

#include "config/load.h"
#include "doctor/check.h"
#include "doctor/overlap.h"

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

struct ranges {
	struct vns_doctor *doctor;
	struct vns_overlap overlap;
	bool failed;
};

static void add_overlap(void *context, bool error,
			const struct vns_overlap_range *range, const char *text)
{
	struct ranges *ranges = context;

	ranges->failed = true;
	vns_report_add(ranges->doctor->report,
		       error ? VNS_REPORT_FAIL : VNS_REPORT_WARN, "id-ranges",
		       range->name,
		       "give each its own range, or user_namespace = \"auto\"",
		       "its %s", text);
}

/* Checks which of the ranges a line of subuid(5) overlaps. */
static void check_line(struct ranges *ranges, const char *path,
		       const char *line)
{
	struct vns_idrange ids;
	size_t i;

	if (!vns_idrange_parse_subid(line, &ids))
		return;
	for (i = 0; i < ranges->overlap.count; i++) {
		const struct vns_overlap_range *one = &ranges->overlap.items[i];

		if (!vns_idrange_overlap(&one->ids, &ids))
			continue;
		ranges->failed = true;
		vns_doctor_warn(ranges->doctor, "id-ranges", one->name,
				"take another range, or \"auto\", unless "
				"that line is there to reserve this range",
				"its user_namespace %lu:%lu is given away in "
				"%s: %s",
				one->ids.base, one->ids.count, path, line);
	}
}

static void check_subids(struct ranges *ranges, const char *path)
{
	FILE *stream = fopen(path, "re");
	char line[512];

	while (stream && fgets(line, sizeof(line), stream)) {
		line[strcspn(line, "\n")] = '\0';
		check_line(ranges, path, line);
	}
	if (stream)
		(void)fclose(stream);
}

void vns_doctor_ranges(struct vns_doctor *doctor)
{
	struct ranges ranges = { .doctor = doctor };
	struct vns_error ignored;

	vns_doctor_begin(doctor, doctor->config->vserver_dir);
	if (vns_overlap_collect(doctor->config, &ranges.overlap, &ignored) <
	    0) {
		vns_overlap_free(&ranges.overlap);
		return;
	}
	vns_overlap_find(&ranges.overlap, add_overlap, &ranges);
	check_subids(&ranges, "/etc/subuid");
	check_subids(&ranges, "/etc/subgid");
	if (ranges.overlap.count > 0 && !ranges.failed)
		vns_doctor_pass(doctor, "id-ranges", "",
				"%zu ranges of ids (BASE:COUNT), and no id "
				"is given to two owners",
				ranges.overlap.count);
	vns_overlap_free(&ranges.overlap);
}
