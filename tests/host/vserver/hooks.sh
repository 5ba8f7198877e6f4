# shellcheck shell=bash
# Sourced after scene.sh: writes hooks around the life of the vserver tenant,
# and reads what they record.

hooks=/usr/local/sbin
record=/run/hook-record

# hook_program NAME: standard input becomes the program, which a hook can run.
hook_program() {
	{
		echo '#!/bin/sh'
		cat
	} >"$hooks/$1"
	chmod 755 "$hooks/$1"
}

# hook KIND PROGRAM [LINE]: the definition of a hook of that kind.
hook() {
	echo "hook \"$1\" { command = {\"$hooks/$2\", \"$1\"} ${3:-} }"
}

# config [LINE]...: pam_vns.conf has the scene's rule, and these lines.
config() {
	{
		printf '%s' "${scene_rules?}"
		printf '%s\n' "$@"
	} | vns_config
}

# redefine [LINE]...: the definition of tenant, with these lines.
redefine() {
	define tenant 'context = 42' "$@"
}

# recorded: prints what hooks have recorded, in one line, and forgets it.
recorded() {
	local text

	text=$(cat "$record" 2>/dev/null)
	rm -f "$record"
	echo "${text//$'\n'/, }"
}

# nothing_left WHAT: asserts that of tenant nothing is left but its lock.
nothing_left() {
	t_status "$1: vns status exits with 3" 3 vns status tenant
	t_is "$1: no pin of a vserver is mounted" "$(grep -c '/run/vns/' \
		/proc/self/mountinfo)" 0
	t_is "$1: nothing is left below run_dir" \
		"$(cd /run/vns && ls -d ns pins context/* 2>/dev/null)" ""
	t_not "$1: no init process is left" pgrep_live -x vns-init
}

hook_program note <<'END'
echo "$*" >>/run/hook-record
END
hook_program fail <<'END'
echo "$*" >>/run/hook-record
echo "said $1"
echo "no $1" >&2
exit 3
END
hook_program hang <<'END'
echo "$*" >>/run/hook-record
exec sleep 100003
END
