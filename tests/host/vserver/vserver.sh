# shellcheck shell=bash
# Sourced after scene.sh by tests of native vservers: ways into one, and whether
# the host is as it was before one was started.

roots=${roots:?source scene.sh first} before='' t_out=''
state=/run/vns
host_ns=$(readlink /proc/self/ns/mnt)

# share_mounts: until the test ends the host's mounts are shared, as systemd
# leaves them.
share_mounts() {
	trap 'mount --make-rprivate /' EXIT
	mount --make-rshared /
}

# inside NAME CMD...: CMD in the vserver NAME, as root.
inside() {
	local name=$1

	shift
	vns exec "$name" -- "$@"
}

# init_of NAME: the pid of its init process.
init_of() {
	cut -d' ' -f1 "$state/ns/$1/init"
}

# dwell NAME [CMD...]: CMD, or a long sleep, goes on inside; its pid on the host
# is in $dweller.
dwell() {
	local name=$1 job

	shift
	(($#)) || set -- sleep 10000
	rm -f "$roots/$name/tmp/pid"
	# Nothing on the host is beside it but, for a PID namespace, its parent.
	# shellcheck disable=SC2016
	vnamespace -e "$name" /bin/sh -c 'echo $$ >/tmp/pid; exec "$@"' sh \
		"$@" >/dev/null 2>&1 &
	job=$!
	disown
	wait_for 5 test -s "$roots/$name/tmp/pid"
	dweller=$(pgrep -P "$job") || dweller=$job
	wait_for 5 is_running "$dweller" "${1##*/}"
}

# is_running PID TEXT: its command line has TEXT in it.
is_running() {
	[[ $(ps -o args= -p "$1") == *"$2"* ]]
}

# tree DIR: all that is in it, with owners and all times but those of reading.
tree() {
	find "$1" -printf '%p %y %U:%G %m %s %C@ %T@\n' | sort
}

# mounts_of PID: without ids and the numbers of peer groups, which differ each
# time.
mounts_of() {
	sed -E 's/^[0-9]+ [0-9]+ //; s/ (shared|master):[0-9]+/ \1/g' \
		"/proc/$1/mountinfo" | sort
}

# strangers: the processes in another mount namespace than the host's.
strangers() {
	local file pid

	find /proc/[0-9]*/ns/mnt -maxdepth 0 -printf '%p %l\n' 2>/dev/null |
		grep -vF " $host_ns" | while read -r file _; do
		pid=${file//[^0-9]/}
		is_gone "$pid" || ps -o pid=,args= -p "$pid"
	done
}

# host_state: all that a start or stop could leave behind.
host_state() {
	# It would stay for some seconds after the last login.
	keeper_end
	mounts_of self
	find "$state" ! -path "$state/lock/*" ! -path "$state/keeper*" \
		! -path "$state/sessions" ! -path "$state/due" \
		-printf '%p %y %m\n' | sort
	pgrep_live -a -x 'vns|vns-init'
	strangers
}

# unchanged DESCRIPTION: the host is as it was when $before was taken.
unchanged() {
	local changes

	if changes=$(diff <(echo "$before") <(host_state)); then
		pass "$1"
	else
		fail "$1" "$changes"
	fi
}

# refused NAME WHAT REGEX: the vserver cannot be started, vns says why, and
# nothing is left.
refused() {
	t_status "$2: vns start fails" 1 vns start "$1"
	t_like "$2: vns start says why" "$t_out" \
		"^vns: vserver \"$1\": .*$3"
	t_status "$2: the vserver does not run" 3 vns status "$1"
	unchanged "$2: nothing is left on the host"
}

# define_whole: small has a mount namespace of its own alone, and mounts; what
# it is like when nothing is missing is kept in $whole.
define_whole() {
	mkdir -p /srv/data "$roots"/small/{a,b}
	define small 'context = 17' 'namespaces = {"mnt"}' \
		'mount "/a" { type = "tmpfs" }' \
		'mount "/b" { source = "/srv/data" options = {"nodev"} }'
	vns start small >/dev/null
	whole=$(mounts_inside)
	vns stop small >/dev/null
}

# mounts_inside: those of small, with the filesystems' own options. That of the
# terminals' group is left out: glibc takes an /etc/group that it cannot read
# for an empty one.
mounts_inside() {
	inside small sed 's/,gid=[0-9]*//' /proc/self/mounts
}

# is_whole: small runs as define_whole has defined it, and nothing is missing.
is_whole() {
	[[ $(mounts_inside) == "$whole" &&
		$(inside small cat /MARKER) == "this is small" &&
		$(vns status 17) == "small: running" &&
		$(pinned small) == 1 ]]
}

# injected NAME CALL...: as the test's inject, a start of NAME in which a call
# goes wrong. Sometimes strace itself cannot go on with a process that has just
# been stopped, and the start ends anywhere: then it is made again.
injected() {
	local name=$1 output status

	shift
	for _ in {1..5}; do
		output=$(inject "$@")
		status=$?
		[[ $output == *"strace: ptrace("* ]] || break
		wait_for 5 no_vns
		vns stop -t 0 "$name" >/dev/null
	done
	printf '%s' "$output"
	return "$status"
}
