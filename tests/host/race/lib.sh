# shellcheck shell=bash
# Sourced after scene.sh: builds and runs the program race, and judges what it
# prints.
# shellcheck source-path=SCRIPTDIR

roots=${roots:?}
foreign=/run/race
race=${lib_run:?}/race
# Lines of definitions, for those who source this.
# shellcheck disable=SC2034
all='namespaces = {"mnt", "uts", "ipc", "pid", "net", "cgroup", "time", "user"}'
# shellcheck disable=SC2034
auto='user_namespace = "auto"'

# race_scene: the program is built, and a host is made for it.
race_scene() {
	scene "user alice bob"
	t "the program race is built" race_build
	# What root owns inside, the host's users must not reach.
	chmod 700 "$roots"
	# Sessions come from a directory that is not there inside.
	mkdir -p "$foreign"
}

race_build() {
	local dir=${lib_dir:?}/race

	rm -f "$race".*
	gcc -O2 -std=gnu11 -D_GNU_SOURCE -rdynamic -o "$race" "$dir"/*.c \
		-lpam
}

# race_new NAME LINE...: makes a vserver that has alice, with these lines in
# its definition.
race_new() {
	new_root "$1" alice && define "$@"
}

# race_wire NAME...: makes the service race-NAME lead to the vserver NAME.
race_wire() {
	local name

	for name; do
		echo "rule \"$name\" { users = {\"alice\"}" \
			"services = {\"race-$name\"} vserver = \"$name\" }"
		printf '%s required pam_vns.so\n' account session \
			>"/etc/pam.d/race-$name"
	done | vns_config
}

# race_keeper: the keeper is another one, which stays: a session whose system calls
# fail must not be the one that starts it, as its own would fail, too.
race_keeper() {
	keeper_end
	vns keeper >/dev/null 2>&1 &
	wait_for 10 keeper && wait_for 10 keeper_rests
}

# race_state: prints all that could be left behind on the host.
race_state() {
	# The next keeper removes what could not be removed before.
	race_keeper
	cut -d' ' -f3- /proc/self/mountinfo | sort
	vns sessions >/dev/null
	find /run/vns ! -path '/run/vns/lock/*' ! -path /run/vns/sessions \
		! -path '/run/vns/keeper*' -printf '%p %y %m\n' | sort
	find "$foreign" | sort
	pgrep_live -a -x 'vns(-init)?' | grep -v ' vns keeper$' | cut -d' ' -f2
	pgrep_live -l -x race
}

# A plan has lines of HOW KIND SERVICE COUNT NAME REGEX: the arguments of race,
# and what its counts must match.

# race_lane: runs the plan of standard input, one line after the other. The
# output goes into files, which race_judge reads.
race_lane() {
	local how kind service count name rest

	while read -r how kind service count name rest; do
		{
			timeout -k 2 1800 "$race" "$how" "$kind" \
				"race-$service" "$count" "$name"
			echo "status $?"
		} >"$race.$how.$kind.$service.$count" 2>&1
	done
}

# race_judge: by the output of the plan of standard input, nothing went wrong,
# and what should happen has.
race_sessions=0
race_judge() {
	local how kind service count name regex what text

	while read -r how kind service count name regex; do
		what="race $how $kind race-$service $count $name"
		text=$(<"$race.$how.$kind.$service.$count")
		diag "$what: $text"
		t_like "$what: no session went wrong, and it exits with 0" \
			"$text" "wrong 0"$'\n'"status 0"
		t_like "$what: its counts match $regex" "$text" ": .*$regex"
		[[ $text =~ opened\ ([0-9]+) ]] &&
			race_sessions=$((race_sessions + BASH_REMATCH[1]))
	done
}
