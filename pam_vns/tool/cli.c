/*
 * Prints complaints in one form, opens the vserver that a command line names,
 * and executes programs.
 */
#include "tool/cli.h"

#include "system/account.h"
#include "vserver/names.h"
#include "vserver/open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void vns_cli_open_standard(void)
{
	int fd;

	/* Otherwise a lock or a directory could get the number of an output. */
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd < 0)
		_exit(VNS_EXIT_ERROR);
	close(fd);
}

static void print_escaped(enum vns_term_style style, const char *fmt,
			  va_list args)
{
	struct vns_term term = vns_term_look(stderr);
	char text[1024], escaped[2048], name[64];

	vsnprintf(text, sizeof(text), fmt, args);
	vns_log_escape(escaped, sizeof(escaped), text);
	snprintf(name, sizeof(name), "%s:", program_invocation_short_name);
	vns_term_print(&term, style, name, 0);
	fprintf(stderr, " %s\n", escaped);
}

void vns_cli_complain(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_escaped(VNS_TERM_BAD, fmt, args);
	va_end(args);
}

void vns_cli_warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_escaped(VNS_TERM_WARN, fmt, args);
	va_end(args);
}

int vns_cli_usage(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_escaped(VNS_TERM_BAD, fmt, args);
	va_end(args);
	fprintf(stderr, "Try '%s --help'.\n", program_invocation_short_name);
	return VNS_EXIT_USAGE;
}

static bool may_be_users(const struct vns_vserver *vserver)
{
	size_t i;

	for (i = 0; i < vserver->owners.count; i++)
		if (strcmp(vserver->owners.items[i], VNS_OWNER_USER) == 0)
			return true;
	return false;
}

/* Who enters is looked up only where the vserver may be theirs. */
static int open_for(const struct vns_config *config, const char *user,
		    const struct vns_vserver *vserver, struct vns_place *place,
		    struct vns_error *err)
{
	VNS_AUTOACCOUNT struct vns_account account = { 0 };
	uid_t uid = VNS_PLACE_ANYBODY;
	int rc = 0;

	if (user && may_be_users(vserver)) {
		rc = vns_account_find(user, &account, err);
		uid = account.pw.pw_uid;
	}
	if (rc < 0)
		return rc == -ESRCH ? -EIO : rc;
	return vns_open_vserver(config, vserver, uid, place, err);
}

int vns_cli_open(const struct vns_config *config, const char *id,
		 const char *user, struct vns_vserver **vserver,
		 struct vns_place *place)
{
	struct vns_error err;
	int rc = vns_names_find(config, id, vserver, &err);

	if (rc < 0) {
		vns_cli_complain("%s", err.text);
		return rc == -ENOENT ? VNS_EXIT_UNKNOWN : VNS_EXIT_FAILURE;
	}
	rc = open_for(config, user, *vserver, place, &err);
	if (rc == 0)
		return VNS_EXIT_OK;
	vns_cli_complain("vserver \"%s\": %s%s", (*vserver)->name, err.text,
			 rc == -ESRCH && (*vserver)->root ?
				 "; start it with \"vns start\"" :
				 "");
	return rc == -ESRCH ? VNS_EXIT_STOPPED : VNS_EXIT_FAILURE;
}

int vns_cli_run(char *const argv[], char *const envp[])
{
	execvpe(argv[0], argv, envp);
	/* strerror() could read its messages from the tenant's files. */
	vns_cli_complain("%s: %s", argv[0], strerrordesc_np(errno));
	return VNS_EXIT_ERROR;
}

void vns_cli_print_state(const char *name, const char *state)
{
	struct vns_term term = vns_term_look(stdout);

	printf("%s: ", name);
	vns_term_print(&term, vns_term_style_of(state), state, 0);
	putchar('\n');
}
