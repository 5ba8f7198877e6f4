/* Contains what "vns COMMAND --help" prints below its first lines. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *command;
	const char *text;
} texts[] = {
	{ "start", "A vserver that runs is left as it is. After a failure the "
		   "others are still\nstarted.\n\n"
		   "  --boot  all whose definition has start = \"boot\"\n\n"
		   "  vns start acme\n"
		   "  vns start --boot\n" },
	{ "stop", "All processes inside get SIGTERM, and what is left SIGKILL. "
		  "A vserver that does\nnot run is left as it is.\n\n"
		  "  -t, --timeout SECONDS  between the two, 0 to 3600; "
		  "otherwise 10\n"
		  "  --all                  every one that runs\n\n"
		  "  vns stop -t 2 acme\n"
		  "  vns stop --all\n" },
	{ "restart", "  -t, --timeout SECONDS  as of stop\n\n"
		     "  vns restart acme\n" },
	{ "status",
	  "Prints running, stopped or broken, and exits with 0, 3 or 4.\n\n"
	  "  vns status acme || vns start acme\n" },
	{ "list", "  -j, --json   for programs\n"
		  "  -n, --names  their names alone, without a look at any\n\n"
		  "  vns list\n"
		  "  vns list --json\n" },
	{ "enter", "  -u, --user USER  whose shell it is; otherwise root's\n\n"
		   "  vns enter acme\n"
		   "  vns enter -u alice acme\n" },
	{ "exec", "PROGRAM is found inside and gets an environment of its own. "
		  "Its exit code is\nthe command's.\n\n"
		  "  -u, --user USER  as whom it runs; otherwise as root\n\n"
		  "  vns exec acme -- id\n"
		  "  vns exec -u alice acme -- sh -c 'id; pwd'\n" },
	{ "mounts", "  vns mounts acme\n" },
	{ "mkhome", "  -k, --skel DIRECTORY  the host's, to copy from; "
		    "otherwise /etc/skel; or none\n"
		    "  -m, --mode MODE       of the home, octal; otherwise 700"
		    "\n\n"
		    "  vns mkhome -m 755 acme alice\n" },
	{ "sessions", "  -j, --json  for programs\n\n"
		      "  vns sessions\n"
		      "  vns sessions acme\n" },
	{ "check", "Without a FILE: pam_vns.conf, the users' files and all "
		   "definitions. Mistakes\nare printed with file and line.\n\n"
		   "  vns check\n"
		   "  vns check /root/draft.conf\n" },
	{ "which",
	  "The module's own decision, now. Nothing is started, no hook "
	  "is run.\n\n"
	  "  -s, --service SERVICE  of PAM; otherwise sshd\n"
	  "  -r, --rhost HOST       where the login comes from\n"
	  "  -t, --tty TTY          its terminal\n\n"
	  "  vns which alice\n"
	  "  vns which alice --service su-l\n"
	  "  vns which alice --rhost 192.0.2.7\n" },
	{ "enable",
	  "Puts the account and session lines into /etc/pam.d/SERVICE, "
	  "where they belong.\n\n"
	  "  --dry-run        only shows what would be changed\n"
	  "  --force          see vns(8)\n"
	  "  --all-as-before  all that were enabled, after an upgrade of the\n"
	  "                   distribution has taken the lines out\n\n"
	  "  vns enable --dry-run sshd\n"
	  "  vns enable sshd su\n"
	  "  vns enable --all-as-before\n" },
	{ "disable", "  --dry-run  only shows what would be changed\n"
		     "  --force    see vns(8)\n\n"
		     "  vns disable sshd\n" },
	{ "doctor", "Everything that a login does but its last step, for one "
		    "user or for all.\n\n"
		    "  --service SERVICE  of PAM\n"
		    "  --json             for programs\n\n"
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
