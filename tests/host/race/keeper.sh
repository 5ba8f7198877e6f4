# shellcheck shell=bash
# Sourced after scene.sh: finds the keeper and ends it, and besieges it (siege.c)
# while sessions in the vservers plain and hooked are opened.
# shellcheck source-path=SCRIPTDIR

lib_run=${lib_run:?} programs=${programs:?} roots=${roots:?}
siege=$lib_run/siege
besieged=/run/siege

# keepers: the processes of the keeper, its workers included.
keepers() {
	pgrep_live -x -f '/usr/sbin/vns keeper.*'
}

# keeper: the process that holds sessions. One that is about to become a hook leads
# a session, too, but has a parent of the keeper's.
keeper() {
	# There may be a thousand, and a ps for each would take minutes.
	ps -o pid=,sid=,ppid=,args= -C vns | awk '
		$4 ~ /vns$/ && $5 == "keeper" { all[$1]; parent[$1] = $3
			if ($1 == $2) leads[$1] }
		END { for (pid in leads) if (!(parent[pid] in all)) print pid }'
}

no_keeper() {
	! keepers
}

# keeper_stop: ends it as systemd does; what its workers and others do at that
# moment they do to the end.
keeper_stop() {
	local pid

	for pid in $(keeper); do
		kill "$pid"
	done
	wait_for 20 no_keeper
}

# no_records: there are none. An unfinished one is left for a minute.
no_records() {
	[[ ! -d /run/vns/sessions ]] ||
		[[ -z $(find /run/vns/sessions -mindepth 1 ! -name '.*') ]]
}

# siege_build: the program, and the one that hooks are: it notes PAM_TYPE and
# PAM_TTY.
siege_build() {
	gcc -O2 -std=gnu11 -D_GNU_SOURCE -o "$siege" "$programs/siege.c" \
		-lpam || return
	rm -rf "$besieged" && mkdir "$besieged" || return
	gcc -O2 -std=gnu11 -D_GNU_SOURCE -o "$besieged/note" -x c - <<-END
		#include <fcntl.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <unistd.h>
		int main(void)
		{
			char line[128];
			int fd = open("$besieged/hooks",
				      O_WRONLY | O_APPEND | O_CREAT, 0600);
			int n = snprintf(line, sizeof(line), "%s %s\n",
					 getenv("PAM_TYPE"), getenv("PAM_TTY"));
			return write(fd, line, (size_t)n) != n;
		}
	END
}

# siege_scene: the vservers, and the services that lead there.
siege_scene() {
	local name

	scene "vserver plain for alice, vserver hooked for alice"
	define plain 'namespaces = {"mnt"}'
	define hooked 'namespaces = {"mnt"}' \
		"hook \"open\" { command = {\"$besieged/note\"} on_error = \"deny\" }" \
		"hook \"close\" { command = {\"$besieged/note\"} }"
	for name in plain hooked; do
		echo "rule \"$name\" { users = {\"alice\"}" \
			"services = {\"siege-$name\"} vserver = \"$name\" }"
		printf '%s required pam_vns.so\n' account session \
			>"/etc/pam.d/siege-$name"
	done | vns_config
	t "the program siege is built" siege_build
	t "vns start plain hooked: exits with 0" vns start plain hooked
}

# besiege NAME COUNT WHOM: opens COUNT sessions in the vserver.
besiege() {
	local name=$1 count=$2 whom=$3 out

	rm -f "$besieged"/{results,hooks}
	: >"$besieged/hooks"
	out=$(timeout -k 2 900 "$siege" "siege-$name" alice "$roots/$name" \
		"$count" 4 "$whom" "$besieged/results" 2>&1)
	diag "$name, $whom: $out"
	t_like "$count sessions in $name, $whom killed: each is in its vserver or refused" \
		"$out" 'inside [1-9].* wrong 0 '
	t_like "$count sessions in $name, $whom killed: two keepers never listen" \
		"$out" 'listeners [01]$'
	[[ $whom == nobody ]] ||
		t_like "$count sessions in $name, $whom killed: processes were killed" \
			"$out" 'killed [1-9][0-9]'
	# The next keeper takes up what the last one has left.
	t_like "after $count sessions in $name, $whom killed: logins are served" \
		"$("$siege" siege-plain alice "$roots/plain" 20 2 nobody \
			"$besieged/after")" 'inside 20 refused 0 wrong 0'
	t "$count sessions in $name, $whom killed: no record is left" \
		wait_for 60 no_records || diag "$(ls -la /run/vns/sessions)
$(tail -n +1 /run/vns/sessions/* | tr '\0' ' ')"
}

# unpaired: what is wrong with the hooks of the last siege. One that went inside
# has had both, once; one that was refused has had each once at most.
unpaired() {
	awk '
		FNR == 1 { file++ }
		file == 1 { split($2, tty, "/"); ran[$1 " " tty[2]]++; next }
		{ opens = ran["open_session " $1] + 0
		  closes = ran["close_session " $1] + 0 }
		$2 == "inside" && (opens != 1 || closes != 1) ||
		$2 != "inside" && (opens > 1 || closes > opens) {
			print $0 ": " opens " open, " closes " close" }
	' "$besieged/hooks" "$besieged/results"
}
