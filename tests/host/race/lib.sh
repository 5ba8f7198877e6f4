# shellcheck shell=bash
# Sourced after lib.sh and vns.sh: the program race, and what it needs.

roots=/srv/vservers
foreign=/run/race
race=${lib_run:?}/race
# For the definitions of those who source this.
# shellcheck disable=SC2034
all='namespaces = {"mnt", "uts", "ipc", "pid", "net", "cgroup", "time", "user"}'
# shellcheck disable=SC2034
auto='user_namespace = "auto"'

# race_set_up: the program, and a host for it.
race_set_up() {
	local dir=${lib_dir:?}/race

	gcc -O2 -std=gnu11 -D_GNU_SOURCE -rdynamic -o "$race" "$dir"/*.c \
		-lpam || return
	rm -f "$race".*
	host_add_user alice 5001
	host_add_user bob 5002
	# What root owns inside, the host's users must not reach.
	chmod 700 "$roots"
	# Sessions come from a directory that is not there inside.
	mkdir -p "$foreign"
}

# race_new NAME LINE...: a vserver.
race_new() {
	local name=$1

	shift
	root_busybox "$roots/$name" "this is $name" || return
	root_add_user "$roots/$name" alice 5001
	printf '%s\n' "root = \"$roots/$name\"" "$@" | vns_define "$name"
}

# race_wire NAME...: the service race-NAME leads to the vserver NAME.
race_wire() {
	local name

	for name; do
		echo "rule \"$name\" { users = {\"alice\"}" \
			"services = {\"race-$name\"} vserver = \"$name\" }"
		printf '%s required pam_vns.so\n' account session \
			>"/etc/pam.d/race-$name"
	done | vns_config
}

# race_state: all that could be left behind on the host.
race_state() {
	cut -d' ' -f3- /proc/self/mountinfo | sort
	# Removes what a watcher that was not let has left.
	vns sessions >/dev/null
	find /run/vns ! -path '/run/vns/lock/*' ! -path /run/vns/sessions \
		-printf '%p %y %m\n' | sort
	find "$foreign" | sort
	pgrep -l -x 'vns(-init)?' | cut -d' ' -f2
	pgrep -l -x race
}

# A plan has lines of HOW KIND SERVICE COUNT NAME REGEX: what race is given,
# and what its counts must match.

# race_lane: runs a plan, one after the other; the output goes into files.
race_lane() {
	local how kind service count name rest

	while read -r how kind service count name rest; do
		{
			timeout -k 2 600 "$race" "$how" "$kind" \
				"race-$service" "$count" "$name"
			echo "status $?"
		} >"$race.$how.$kind.$service.$count" 2>&1
	done
}

race_sessions=0
# race_judge: nothing in the plan went wrong, and what should happen has.
race_judge() {
	local how kind service count name regex what text

	while read -r how kind service count name regex; do
		what="$how $kind $service $count"
		text=$(<"$race.$how.$kind.$service.$count")
		diag "$what: $text"
		t_like "$what" "$text" "wrong 0"$'\n'"status 0"
		t_like "$what: it did happen" "$text" ": .*$regex"
		[[ $text =~ opened\ ([0-9]+) ]] &&
			race_sessions=$((race_sessions + BASH_REMATCH[1]))
	done
}
