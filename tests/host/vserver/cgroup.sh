# shellcheck shell=bash
# Sourced when the scene has the vserver small for alice: defines it with
# cgroups and limits, and looks at them.

# shellcheck source=tests/host/cgroup.sh
. "${lib_dir:?}/cgroup.sh"
# shellcheck source=tests/host/vserver/vserver.sh
. "$lib_dir/vserver/vserver.sh"
ours=$cgroups/vns
# The command with which a session says in which cgroup it is.
# shellcheck disable=SC2034
inside='grep ^0: /proc/self/cgroup'
chmod 700 "${roots:?}"
mkdir "$roots/small/mnt"

# of PID: prints the cgroup that the process is in.
of() {
	sed -n 's/^0:://p' "/proc/$1/cgroup"
}

# host_state: prints all that a start or a stop could leave behind, cgroups
# included.
host_state() {
	# It would stay for some seconds after the last login.
	keeper_end
	find "$cgroups" -type d | sort
	find "$state" ! -path "$state/lock/*" ! -path "$state/sessions" \
		! -path "$state/keeper*" ! -path "$state/due" \
		! -path "$state/metrics" -printf '%p %y\n' | sort
	cut -d' ' -f3- /proc/self/mountinfo | grep "$state/"
	pgrep_live -ax 'vns|vns-init'
}

# small [LINE]...: the definition of small with these lines; unless one of them says
# otherwise, its processes are numbered as the host's.
small() {
	[[ $* == *namespaces* ]] || set -- "$@" 'namespaces = {"mnt"}'
	define small "$@"
}

# no_cgroup WHAT: asserts that small has no cgroup.
no_cgroup() {
	t_not "$1" test -e "$ours/small"
}

# away: removes what is above vservers' cgroups and beside them, which must be
# empty once the keeper has ended.
away() {
	keeper_end
	[[ ! -d $ours/.host ]] || wait_for 5 rmdir "$ours/.host"
	rmdir "$ours"
}

# from CGROUP CMD...: CMD begins in it.
from() {
	local cgroup=$1

	shift
	(
		echo "$BASHPID" >"$cgroups/$cgroup/cgroup.procs"
		exec "$@"
	)
}

# cgroups_begin: mounts the cgroups; this test and what it has started are in one
# that is called "host". $before is the host's state then.
cgroups_begin() {
	local pid

	mount -t cgroup2 cgroup2 "$cgroups" || exit
	mkdir "$cgroups/host"
	while read -r pid; do
		[[ $pid == 0 ]] || echo "$pid" >"$cgroups/host/cgroup.procs"
	done <"$cgroups/cgroup.procs"
	t_is "this test is in a cgroup of its own" "$(of self)" /host
	t_is "nobody is in the cgroup above that of this test" \
		"$(cat "$cgroups/cgroup.procs")" ""
	# A first start leaves what later ones leave, too.
	small 'cgroup = "vns/%n"'
	vns start small >/dev/null
	vns stop small >/dev/null
	away
	before=$(host_state)
}
