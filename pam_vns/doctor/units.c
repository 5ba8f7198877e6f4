/*
 * Checks units for mounts of their own: in those that start vservers, nobody
 * else would see these; and a wired service must see the keeper's socket. Units
 * are read as in systemd.unit(5): the first file with the unit's name, then the
 * drop-ins in the order of their names.
 */
#include "doctor/doctor.h"
#include "lib/paths.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLANKS " \t\r\n"

/* Directories that come first override those that follow. */
static const char *const paths[] = {
	"/etc/systemd/system.control", "/run/systemd/system.control",
	"/etc/systemd/system",	       "/run/systemd/system",
	"/run/systemd/generator",      "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",     "/lib/systemd/system",
};

/*
 * The options that make a mount namespace (systemd.exec(5)), with the kinds of
 * their values. ROOT and PATHS are lists, too: they can hide the socket.
 */
static const struct option {
	const char *name;
	enum { LIST, SWITCH, PROC, FLAGS, ROOT, PATHS } kind;
} options[] = {
	{ "PrivateTmp", SWITCH },
	{ "PrivateDevices", SWITCH },
	{ "PrivateMounts", SWITCH },
	{ "PrivatePIDs", SWITCH },
	{ "PrivateIPC", SWITCH },
	{ "ProtectSystem", SWITCH },
	{ "ProtectHome", SWITCH },
	{ "ProtectKernelTunables", SWITCH },
	{ "ProtectKernelModules", SWITCH },
	{ "ProtectKernelLogs", SWITCH },
	{ "ProtectControlGroups", SWITCH },
	{ "DynamicUser", SWITCH },
	{ "ProtectProc", PROC },
	{ "ProcSubset", PROC },
	{ "MountFlags", FLAGS },
	{ "ReadWritePaths", LIST },
	{ "ReadOnlyPaths", LIST },
	{ "InaccessiblePaths", PATHS },
	{ "ReadWriteDirectories", LIST },
	{ "ReadOnlyDirectories", LIST },
	{ "InaccessibleDirectories", PATHS },
	{ "ExecPaths", LIST },
	{ "NoExecPaths", LIST },
	{ "BindPaths", LIST },
	{ "BindReadOnlyPaths", LIST },
	{ "TemporaryFileSystem", PATHS },
	{ "MountImages", LIST },
	{ "ExtensionImages", LIST },
	{ "ExtensionDirectories", LIST },
	{ "RootDirectory", ROOT },
	{ "RootImage", ROOT },
	{ "LogNamespace", LIST },
};

/*
 * For each option the file that has set it to its final value; NULL if that
 * value does no harm.
 */
struct unit {
	const char *name;
	bool ours; /* it starts vservers: no mount namespace is good */
	char *from[VNS_COUNT(options)];
};

/* --- one unit file -------------------------------------------------------- */

static bool is_list(const struct option *option)
{
	return option->kind == LIST || option->kind == ROOT ||
	       option->kind == PATHS;
}

static bool makes_namespace(const struct option *option, const char *value)
{
	static const char *const off[] = { "",	"no", "false", "off",
					   "n", "f",  "0" };
	size_t i;

	if (option->kind == PROC)
		return *value && strcmp(value, "default") != 0 &&
		       strcmp(value, "all") != 0;
	if (option->kind == FLAGS)
		return *value && strcmp(value, "shared") != 0;
	if (is_list(option))
		return *value;
	for (i = 0; i < VNS_COUNT(off); i++)
		if (strcasecmp(value, off[i]) == 0)
			return false;
	return true;
}

/* Whether one of the paths ("-/run:ro") is the socket's, or is above it. */
static bool hides_socket(const char *value)
{
	static const char keeper[] = VNS_KEEPER_SOCKET;
	static const char *const hiding[] = { "/", "/run", "/var/run",
					      VNS_KEEPER_RUN, keeper };
	size_t i, length;

	for (; *value; value += length) {
		value += strspn(value, BLANKS "-+\"");
		length = strcspn(value, BLANKS ":\"");
		for (i = 0; i < VNS_COUNT(hiding); i++)
			if (strlen(hiding[i]) == length &&
			    strncmp(value, hiding[i], length) == 0)
				return true;
		length += strcspn(value + length, BLANKS);
	}
	return false;
}

static bool harms(const struct unit *unit, const struct option *option,
		  const char *value)
{
	if (unit->ours)
		return makes_namespace(option, value);
	if (option->kind == PATHS)
		return hides_socket(value);
	return option->kind == ROOT && *value && strcmp(value, "/") != 0;
}

static char *trim(char *text)
{
	size_t length;

	text += strspn(text, BLANKS);
	for (length = strlen(text); length > 0; length--)
		if (!strchr(BLANKS, text[length - 1]))
			break;
	text[length] = '\0';
	return text;
}

/* The last assignment counts. An empty one resets a list. */
static void assign(struct unit *unit, char *line, const char *path)
{
	char *equals = strchr(line, '='), *value;
	size_t i;

	if (!equals)
		return;
	*equals = '\0';
	value = trim(equals + 1);
	line = trim(line);
	for (i = 0; i < VNS_COUNT(options); i++) {
		bool bad = harms(unit, &options[i], value);

		if (strcmp(line, options[i].name) != 0 ||
		    (!bad && *value && is_list(&options[i])))
			continue;
		free(unit->from[i]);
		unit->from[i] = bad ? strdup(path) : NULL;
	}
}

static bool is_service_section(const char *line, bool was)
{
	return *line == '[' ? strcmp(line, "[Service]") == 0 : was;
}

/*
 * A line that ends in a backslash is continued by the next one that is no
 * comment.
 */
static void read_file(struct unit *unit, const char *path)
{
	FILE *stream = fopen(path, "re");
	char line[4096], whole[8192] = "";
	bool service = false;
	size_t filled = 0;

	while (stream && fgets(line, sizeof(line), stream)) {
		char *text = trim(line);
		size_t length = strlen(text);
		bool more = length > 0 && text[length - 1] == '\\';

		if (*text == '#' || *text == ';')
			continue;
		if (more)
			text[length - 1] = ' ';
		/* Longer lines are cut off: they are none of these options. */
		if (filled + length < sizeof(whole)) {
			memcpy(whole + filled, text, length + 1);
			filled += length;
		}
		if (more)
			continue;
		text = trim(whole);
		service = is_service_section(text, service);
		if (service && *text != '[')
			assign(unit, text, path);
		whole[0] = '\0';
		filled = 0;
	}
	if (stream)
		(void)fclose(stream);
}

/* --- all files of a unit -------------------------------------------------- */

/*
 * Makes "getty@.service" of "getty@tty1.service". Returns false if the unit is
 * no instance.
 */
static bool find_template(const char *name, char template[NAME_MAX + 1])
{
	const char *at = strchr(name, '@');

	return at && strcmp(at, "@.service") != 0 &&
	       vns_util_format(template, NAME_MAX + 1, "%.*s@.service",
			       (int)(at - name), name);
}

/*
 * Finds the unit's own file. Returns false if there is none, or if it is
 * masked.
 */
static bool find_fragment(const char *name, char path[PATH_MAX])
{
	char template[NAME_MAX + 1];
	struct stat st;
	size_t i;

	for (i = 0; i < VNS_COUNT(paths); i++)
		if (vns_util_format(path, PATH_MAX, "%s/%s", paths[i], name) &&
		    stat(path, &st) == 0)
			return S_ISREG(st.st_mode) && st.st_size > 0;
	return find_template(name, template) && find_fragment(template, path);
}

struct drop_in {
	char name[NAME_MAX + 1];
	char path[PATH_MAX];
};

struct drop_ins {
	struct drop_in *items;
	size_t count;
};

/* A drop-in hides those with the same name that come after it. */
static void add_drop_ins(struct drop_ins *found, const char *path,
			 const char *name)
{
	char directory[PATH_MAX];
	const struct dirent *entry;
	DIR *dir;

	if (!vns_util_format(directory, sizeof(directory), "%s/%s.d", path,
			     name))
		return;
	dir = opendir(directory);
	while (dir && (entry = readdir(dir))) {
		const char *dot = strrchr(entry->d_name, '.');
		struct drop_in *grown, one;
		size_t i;

		if (entry->d_name[0] == '.' || !dot ||
		    strcmp(dot, ".conf") != 0 ||
		    !vns_util_format(one.name, sizeof(one.name), "%s",
				     entry->d_name) ||
		    !vns_util_format(one.path, sizeof(one.path), "%s/%s",
				     directory, entry->d_name))
			continue;
		for (i = 0; i < found->count; i++)
			if (strcmp(found->items[i].name, one.name) == 0)
				break;
		if (i < found->count)
			continue;
		grown = reallocarray(found->items, found->count + 1,
				     sizeof(*grown));
		if (!grown)
			break;
		found->items = grown;
		grown[found->count++] = one;
	}
	if (dir)
		closedir(dir);
}

/* Drop-ins of "a-b.service" are also in "a-.service.d" and in "service.d". */
static void find_drop_ins(struct drop_ins *found, const char *name)
{
	char other[NAME_MAX + 1];
	size_t i, length;

	for (i = 0; i < VNS_COUNT(paths); i++) {
		add_drop_ins(found, paths[i], name);
		if (find_template(name, other))
			add_drop_ins(found, paths[i], other);
		for (length = strcspn(name, "@."); length > 0; length--)
			if (name[length - 1] == '-' &&
			    vns_util_format(other, sizeof(other),
					    "%.*s.service", (int)length, name))
				add_drop_ins(found, paths[i], other);
	}
	for (i = 0; i < VNS_COUNT(paths); i++)
		add_drop_ins(found, paths[i], "service");
}

static int compare(const void *a, const void *b)
{
	const struct drop_in *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static void read_unit(struct unit *unit, const char *fragment)
{
	struct drop_ins found = { 0 };
	size_t i;

	read_file(unit, fragment);
	find_drop_ins(&found, unit->name);
	if (found.count > 0)
		qsort(found.items, found.count, sizeof(*found.items), compare);
	for (i = 0; i < found.count; i++)
		read_file(unit, found.items[i].path);
	free(found.items);
}

static bool is_ours(const char *name)
{
	return strcmp(name, "vns.service") == 0 ||
	       strcmp(name, "vns-boot.service") == 0;
}

static const char *explain(const struct unit *unit)
{
	return unit->ours ?
		       "gives it a mount namespace of its own: the vservers "
		       "that it starts are seen nowhere else" :
		       "hides " VNS_KEEPER_SOCKET ": it refuses everybody";
}

static void check_unit(struct vns_doctor *doctor, const char *name)
{
	struct unit unit = { .name = name, .ours = is_ours(name) };
	char fragment[PATH_MAX], remedy[512];
	bool good = true;
	size_t i;

	if (!find_fragment(name, fragment))
		return;
	read_unit(&unit, fragment);
	for (i = 0; i < VNS_COUNT(options); i++) {
		if (!unit.from[i])
			continue;
		good = false;
		vns_util_format(remedy, sizeof(remedy),
				"\"%s=%s\" in its section [Service] "
				"(\"systemctl edit %s\"), and restart it",
				options[i].name,
				options[i].kind == SWITCH ? "no" : "", name);
		vns_doctor_fail(doctor, "unit-mounts", name, remedy,
				"%s= in %s %s", options[i].name, unit.from[i],
				explain(&unit));
		free(unit.from[i]);
	}
	if (good)
		vns_doctor_pass(doctor, "unit-mounts", name, "%s",
				unit.ours ? "has the host's mounts" :
					    "sees " VNS_KEEPER_SOCKET);
}

/* --- the units of a service ----------------------------------------------- */

/* The units that start a service, where they have other names. */
static const struct {
	const char *service, *unit;
} starters[] = {
	{ "sshd", "ssh" },
	{ "cron", "crond" },
	{ "crond", "cron" },
	{ "login", "getty" },
	{ "login", "serial-getty" },
	{ "login", "console-getty" },
	{ "login", "container-getty" },
};

static bool starts(const char *unit, size_t length, const char *service)
{
	size_t i;

	if (strlen(service) == length && strncmp(unit, service, length) == 0)
		return true;
	for (i = 0; i < VNS_COUNT(starters); i++)
		if (strcmp(starters[i].service, service) == 0 &&
		    strlen(starters[i].unit) == length &&
		    strncmp(unit, starters[i].unit, length) == 0)
			return true;
	return false;
}

/*
 * Matches "ssh.service", "getty@.service", "getty@tty1.service.d", and our own.
 */
static bool is_starter(const struct vns_doctor *doctor, char *name)
{
	char *suffix = strstr(name, ".service");
	size_t i, length = strcspn(name, "@.");

	if (!suffix || (strcmp(suffix, ".service") != 0 &&
			strcmp(suffix, ".service.d") != 0))
		return false;
	suffix[strlen(".service")] = '\0';
	if (is_ours(name))
		return true;
	for (i = 0; i < doctor->services.count; i++)
		if (starts(name, length, doctor->services.items[i]))
			return true;
	return false;
}

static void list_units(struct vns_doctor *doctor, const char *path,
		       struct vns_strings *units)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	size_t i;

	while (directory && (entry = readdir(directory))) {
		if (!is_starter(doctor, entry->d_name))
			continue;
		for (i = 0; i < units->count; i++)
			if (strcmp(units->items[i], entry->d_name) == 0)
				break;
		if (i == units->count &&
		    vns_strings_add(units, entry->d_name) < 0)
			doctor->report->no_memory = true;
	}
	if (directory)
		closedir(directory);
}

void vns_doctor_units(struct vns_doctor *doctor)
{
	struct vns_strings units = { 0 };
	size_t i;

	for (i = 0; i < VNS_COUNT(paths); i++)
		list_units(doctor, paths[i], &units);
	for (i = 0; i < units.count; i++)
		check_unit(doctor, units.items[i]);
	vns_strings_free(&units);
}
