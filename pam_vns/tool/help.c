/* Contains what "vns COMMAND --help" prints below its first lines. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *command;
	const char *text;
} texts[] = {
	{ "start", "A vserver that runs is left as it is. After a failure "
		   "the others are still\n"
		   "started.\n\n"
		   "  -u, --user USER  with map = {\"users\"}: USER's ids are "
		   "mapped, too\n"
		   "  --boot           all vservers whose definition has start "
		   "= \"boot\"\n\n"
		   "  vns start acme\n"
		   "  vns start --boot\n" },
	{ "stop", "All processes inside get SIGTERM, and those that are left "
		  "get SIGKILL.\n"
		  "A vserver that does not run is left as it is. Each terminal "
		  "inside is told\n"
		  "before, by a line.\n\n"
		  "  -t, --timeout SECONDS  time between the two signals, 0 "
		  "to 3600; default 10\n"
		  "  -m, --message TEXT     another line; with \"\", none\n"
		  "  --all                  all vservers that run\n\n"
		  "  vns stop -t 2 acme\n"
		  "  vns stop --all\n" },
	{ "restart", "  -t, --timeout SECONDS  as for stop\n"
		     "  -m, --message TEXT     as for stop\n"
		     "  -u, --user USER        as for start\n\n"
		     "  vns restart acme\n" },
	{ "status",
	  "Prints running, stopped or broken, and exits with 0, 3 or 4.\n\n"
	  "  vns status acme || vns start acme\n" },
	{ "list", "  -j, --json   print JSON, for programs\n"
		  "  -n, --names  print the names alone, without looking at "
		  "any vserver\n\n"
		  "  vns list\n"
		  "  vns list --json\n" },
	{ "adopt", "For a hook of the engine that runs NAME, whose definition "
		   "has source =\n"
		   "\"adopted\". It is PID until that process ends, and "
		   "nobody can take its place.\n\n"
		   "  vns adopt web \"$LXC_PID\"\n" },
	{ "enter", "  -u, --user USER  the user whose shell is started; "
		   "default root\n\n"
		   "  vns enter acme\n"
		   "  vns enter -u alice acme\n" },
	{ "exec", "PROGRAM is found inside and gets an environment of its "
		  "own. Its exit code is\n"
		  "the command's.\n\n"
		  "  -u, --user USER  the user as whom it runs; default "
		  "root\n\n"
		  "  vns exec acme -- id\n"
		  "  vns exec -u alice acme -- sh -c 'id; pwd'\n" },
	{ "mounts", "  vns mounts acme\n" },
	{ "ns", "Runs PROGRAM on the host. In its arguments, {mnt}, {pid} and "
		"so on become paths\n"
		"of the vserver's namespaces. Without a PROGRAM, lists the "
		"namespaces, with the\n"
		"numbers that lsns(8) has.\n\n"
		"  vns ns acme\n"
		"  vns ns acme nsenter --mount={mnt} --pid={pid} ls /\n" },
	{ "mkhome", "  -k, --skel DIRECTORY  directory of the host to copy "
		    "from, or none; default\n"
		    "                        /etc/skel\n"
		    "  -m, --mode MODE       octal mode of the home; default "
		    "700\n\n"
		    "  vns mkhome -m 755 acme alice\n" },
	{ "sessions", "  -j, --json     print JSON, for programs\n"
		      "  -m, --metrics  print counts, for Prometheus\n\n"
		      "  vns sessions\n"
		      "  vns sessions acme\n" },
	{ "keeper", "Logins ask the keeper where a user goes. vns.service "
		    "starts it, or the first\n"
		    "login does. A keeper that runs already goes on.\n\n"
		    "  --background  return when logins are served; end when "
		    "there has been\n"
		    "                nothing left to do for some seconds\n\n"
		    "  vns keeper --background\n" },
	{ "check", "Without a FILE, checks pam_vns.conf, the users' files "
		   "and all definitions.\n"
		   "Mistakes are printed with file and line.\n\n"
		   "  vns check\n"
		   "  vns check /root/draft.conf\n" },
	{ "which",
	  "Shows what the module would decide now. Nothing is started, no "
	  "hook is run.\n\n"
	  "  -s, --service SERVICE  PAM service of the login; default sshd\n"
	  "  -r, --rhost HOST       host that the login comes from\n"
	  "  -t, --tty TTY          terminal of the login\n\n"
	  "  vns which alice\n"
	  "  vns which alice --service su-l\n"
	  "  vns which alice --rhost 192.0.2.7\n" },
	{ "enable",
	  "Puts the account and session lines into /etc/pam.d/SERVICE, where "
	  "they belong.\n\n"
	  "  --dry-run        only shows what would be changed\n"
	  "  --force          see vns(8)\n"
	  "  --all-as-before  all services that were enabled, after an "
	  "upgrade of the\n"
	  "                   distribution has taken the lines out\n\n"
	  "  vns enable --dry-run sshd\n"
	  "  vns enable sshd su\n"
	  "  vns enable --all-as-before\n" },
	{ "disable", "  --dry-run  only shows what would be changed\n"
		     "  --force    see vns(8)\n\n"
		     "  vns disable sshd\n" },
	{ "doctor", "Does everything that a login does but its last step, "
		    "for one user or for all.\n\n"
		    "  --service SERVICE  look at this PAM service only\n"
		    "  --json             print JSON, for programs\n\n"
		    "  vns doctor\n"
		    "  vns doctor alice --service sshd\n" },
};

void vns_cli_help(const char *command, const char *arguments, const char *help)
{
	size_t i;

	printf("Usage: vns %s %s\n\n%c%s.\n\n", command, arguments,
	       help[0] >= 'a' && help[0] <= 'z' ? help[0] - 'a' + 'A' : help[0],
	       help + 1);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].command, command) == 0)
			printf("%s\n", texts[i].text);
	printf("More in vns(8).\n");
}
