# shellcheck shell=bash
# Sourced first by each test: the throwaway host (lib.sh), the product on it
# (vns.sh), and the scene that a test sets in one line and takes down at its end.

# shellcheck source=tests/host/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/host/vns.sh
. "$lib_dir/vns.sh"

roots=/srv/vservers
# Everybody's in a scene.
scene_password='a pw'
# Everybody's login shell, on the host and inside; a test may set another before
# its scene.
scene_shell=/bin/sh
# A user of a scene has the same number in each test.
declare -A scene_uids=([alice]=5001 [bob]=5002 [carol]=5003 [dave]=5004
	[eve]=5005 [frank]=5006)

# scene CLAUSES: makes the host as if nothing had been tested on it, and then
# what the clauses say, which commas separate, in this order:
#	host			nothing more
#	user USER...		accounts of the host
#	vserver NAME [of debian] [for USER...]
#				its root directory, of busybox if nothing is
#				said, whose /MARKER is "this is NAME"; its
#				definition; accounts for the USERs on the host
#				and inside, and the rule that places them
#	started NAME...		these vservers are started
#	wired SERVICE...	our lines in these files of /etc/pam.d
#	sshd			a real sshd is started
# For example: scene "vserver acme for alice, wired su sshd, sshd"
scene() {
	local -a clauses words
	local clause

	vns_reset
	scene_rules=
	IFS=, read -ra clauses <<<"${*//$'\n'/ }"
	for clause in "${clauses[@]}"; do
		read -ra words <<<"$clause"
		"scene_${words[0]}" "${words[@]:1}" || {
			echo "Bail out! the scene \"$clause\" cannot be set" >&2
			exit 1
		}
	done
	scene_pids=${scene_pids:-$(ps -eo pid=)}
	scene_mounts=${scene_mounts:-$(mount_points)}
	scene_dev=${scene_dev:-$(devices)}
	log_mark
}

scene_host() {
	:
}

scene_user() {
	local user

	for user; do
		host_add_user "$user" "${scene_uids[$user]}" \
			"$scene_password" "$scene_shell" || return
	done
}

scene_vserver() {
	local name=$1 kind=busybox user users=

	shift
	[[ ${1:-} != of ]] || { kind=$2; shift 2; }
	[[ ${1:-} != for ]] || shift
	new_root -t "$kind" "$name" && define "$name" || return
	for user; do
		getent passwd "$user" >/dev/null || scene_user "$user" || return
		root_add_user "$roots/$name" "$user" "${scene_uids[$user]}" \
			"$scene_shell"
		users+=", \"$user\""
	done
	[[ -z $users ]] || {
		scene_rules+="rule \"$name\" { users = {${users#, }} "
		scene_rules+="vserver = \"$name\" }"$'\n'
	}
	vns_config <<<"$scene_rules"
}

scene_started() {
	vns start "$@" >/dev/null
}

scene_wired() {
	vns_wire "$@"
}

scene_sshd() {
	# shellcheck disable=SC2119
	host_sshd_start
}

# new_root [-t debian] NAME [USER]...: the root directory $roots/NAME, of busybox
# or of Debian, with these users of the scene in it.
new_root() {
	local kind=busybox name user

	[[ $1 != -t ]] || { kind=$2; shift 2; }
	name=$1
	shift
	"root_$kind" "$roots/$name" "this is $name" || return
	for user; do
		root_add_user "$roots/$name" "$user" "${scene_uids[$user]}" \
			"$scene_shell"
	done
}

# define NAME [LINE]...: the definition of a vserver whose root directory is
# $roots/NAME, with these lines besides.
define() {
	local name=$1

	shift
	printf '%s\n' "root = \"$roots/$name\"" "$@" | vns_define "$name"
}

# left_behind: prints the processes that have begun since the scene was set, but
# for this test itself; succeeds if there is none.
left_behind() {
	local all out me=$BASHPID

	all=$(exec ps -eo pid=,stat=,args=)
	out=$(awk -v before="$scene_pids $$ $me" '
		BEGIN { n = split(before, list)
			while (n) known[list[n--]] }
		!($1 in known) && $2 !~ /^Z/ && !/ ps -eo pid=,stat=,args=$/
		' <<<"$all")
	printf '%s' "$out"
	[[ -z $out ]]
}

# mount_points: where something is mounted on the host, once for each mount.
mount_points() {
	awk '{ print $5 }' /proc/self/mountinfo | sort
}

# left_mounted: prints where something is mounted that was not when the scene was
# set; succeeds if there is none.
left_mounted() {
	local out

	out=$(comm -13 <(echo "$scene_mounts") <(mount_points))
	printf '%s' "$out"
	[[ -z $out ]]
}

# devices: what there is in /dev. Who needs loop devices makes them for all.
devices() {
	ls -I 'loop*' /dev
}

# left_in_dev: the same for what there is in /dev.
left_in_dev() {
	local out

	out=$(comm -13 <(echo "$scene_dev") <(devices))
	printf '%s' "$out"
	[[ -z $out ]]
}

# before_finish: takes the scene down. What is there after that has escaped it;
# mounts do not stay for the next test.
before_finish() {
	local point

	vns_clear
	wait_for 10 left_behind
	t "this test leaves no process behind" left_behind
	t "this test leaves nothing mounted" left_mounted
	t "this test leaves nothing in /dev" left_in_dev
	left_mounted | tac | while read -r point; do
		umount -l "$point"
	done
}
