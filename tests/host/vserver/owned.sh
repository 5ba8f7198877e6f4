# shellcheck shell=bash
# Sourced after foreign.sh: engines whose containers have a user namespace.

roots=${roots:?source foreign.sh first} lib_run=${lib_run:?}
programs=${programs:?} make_root=${make_root:?}
# shellcheck disable=SC2034
types=(uts ipc net cgroup pid mnt user)
base=700000
# Options for owned.c: whose the user namespace is (-u UID), and the file of a net
# namespace that it has in place of its own (-n FILE).
owned_options=()

t "owned.c, which is an engine with a user namespace, compiles" \
	gcc -O2 -std=gnu11 -D_GNU_SOURCE -Wall -o "$lib_run/owned" \
	"$programs/owned.c"

# owned_engine [COUNT [CPU]]: starts an engine's process with a user namespace and
# the root "owned". $engine is its pid, $keeper that of its first ancestor.
owned_engine() {
	local ready=$roots/owned/tmp/ready

	rm -f "$ready"
	(cd "$roots/owned" && exec taskset -c "${2:-0-$(($(nproc) - 1))}" \
		"$lib_run/owned" "${owned_options[@]}" $base "${1:-65536}" \
		sh -ec "${make_root/--bind \/dev/--rbind /dev}" sh /bin/sh -c \
		'hostname theirs; echo >/tmp/ready; exec /bin/sleep 100000') &
	keeper=$!
	started "$keeper"
	wait_for 5 test -e "$ready"
	engine=$(pgrep -P "$(pgrep -P "$keeper")")
	wait_for 5 is_named "$engine" sleep
}

# end_owned: ends the engine that is $engine and $keeper.
end_owned() {
	end "$engine"
	wait_for 5 is_reaped "$keeper"
	unset "engines[$keeper]"
}

# owned_root USER...: makes the root "owned" with these users. On disk the ids are
# those outside, as for an engine that maps no mounts.
owned_root() {
	local user uid

	new_root owned "$@"
	chown -hR $base:$base "$roots/owned"
	for user; do
		uid=$((base + $(id -u "$user")))
		chown -hR $uid:$uid "$roots/owned/home/$user"
	done
}
