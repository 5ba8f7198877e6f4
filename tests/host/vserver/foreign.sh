# shellcheck shell=bash
# Sourced when the scene has the user alice and sshd: runs the vserver tenant as
# another engine does, and places alice there.

roots=${roots:?source scene.sh first}
pins=/run/foreign
pid_file=/run/foreign.pid
# The processes of engines that have not been ended, by their ids.
declare -A engines
next_pid=

# --- another engine, in a few lines -------------------------------------------

# The working directory becomes the root, in which "$@" goes on.
# shellcheck disable=SC2016
make_root='
	mount --bind . .
	cd "$PWD"
	mount -t proc proc proc
	mount --bind /dev dev
	busybox pivot_root . tmp
	# With the shell of the new root, the old one is not in use any more.
	cd /
	exec /bin/busybox sh -c "busybox umount -l /tmp; exec \"\$@\"" sh "$@"'

# pin FILE NAME: pins a namespace with the root NAME, in which no process is. A
# kernel that numbers namespaces by CPU lets it be pinned from some CPUs only.
pin() {
	local cpu

	: >"$1"
	for cpu in $(seq 0 $(($(nproc) - 1))); do
		(cd "$roots/$2" && taskset -c "$cpu" unshare \
			--mount="$1" sh -ec "$make_root" sh true) \
			2>/tmp/pin.log && return
	done
	cat /tmp/pin.log
	return 1
}

# engine NAME: starts a process in a namespace of its own with the root NAME; its
# pid is in $engine, and is $next_pid if that is set and free.
engine() {
	local name=$1

	rm -f "$roots/$name/tmp/ready"
	# Nothing may fork after this; the engine keeps the pid to the end.
	[[ -z $next_pid ]] ||
		echo $((next_pid - 1)) >/proc/sys/kernel/ns_last_pid
	(cd "$roots/$name" && exec unshare -m sh -ec "$make_root" sh \
		/bin/sh -c 'echo >/tmp/ready; exec /bin/sleep 100000') &
	engine=$!
	started "$engine"
	wait_for 5 test -e "$roots/$name/tmp/ready"
	wait_for 5 is_named "$engine" sleep
}

# again_as PID: starts an engine's process that gets this number. It tries again
# when another process has taken the number first.
again_as() {
	local tries next_pid=$1

	for ((tries = 0; tries < 50; tries++)); do
		engine pinned
		[[ $engine != "$1" ]] || return 0
		end "$engine"
	done
	return 1
}

# started PID: this child is an engine's, which end will end.
started() {
	engines[$1]=$1
	disown "$1"
}

is_named() {
	[[ $(ps -o comm= -p "$1") == "$2" ]]
}

is_reaped() {
	[[ ! -e /proc/$1 ]]
}

# end PID: ends an engine's process.
end() {
	kill -9 "$1"
	wait_for 5 is_reaped "$1"
	unset "engines[$1]"
}

# foreign_end: ends all of them, and takes the pins away.
foreign_end() {
	local pid

	for pid in "${engines[@]}"; do
		end "$pid"
	done
	umount -l "$pins" 2>/dev/null
	rm -rf "$pins" "$pid_file"
}

# --- tenant -------------------------------------------------------------------

vns_config <<-'END'
	rule "alice" { users = {"alice"} vserver = "tenant" }
END
new_root pinned alice
new_root process alice
mkdir -p "$pins"
mount --bind "$pins" "$pins"
mount --make-private "$pins"
trap foreign_end EXIT

# by_ns FILE [LINE]...: tenant is what is pinned there.
by_ns() {
	local file=$1

	shift
	printf '%s\n' "source = \"ns:$file\"" "$@" | vns_define tenant
}

# program [LINE]...: the file $program is a shell script of these lines.
program() {
	printf '%s\n' '#!/bin/sh' "$@" >"${program:?}.new"
	chmod 755 "$program.new"
	mv "$program.new" "$program"
}

# ticks PID: prints when the process was started, as proc(5) has it.
ticks() {
	local stat

	read -r -d '' stat <"/proc/$1/stat"
	# What follows the name begins with the third field.
	cut -d' ' -f20 <<<"${stat##*) }"
}

# by_pidfile [LINE]...: tenant is the engine whose process is $engine.
by_pidfile() {
	printf '%s\n' "source = \"pidfile:$pid_file\"" "$@" | vns_define tenant
	echo "$engine" >"$pid_file"
}

# lands WHAT NAME: asserts that alice's logins are in the root NAME, in all ways.
lands() {
	local want script='cat /MARKER; stat -c %d:%i /'

	want="this is $2"$'\n'$(stat -c %d:%i "$roots/$2")
	t_is "$1: su as alice is in the root $2" \
		"$(su alice -c "$script" 2>&1)" "$want"
	t_is "$1: ssh as alice is in the root $2" \
		"$(ssh_key alice "$script" 2>&1)" "$want"
	t_is "$1: vns exec is in the root $2" \
		"$(vns exec tenant -- sh -c "$script" 2>&1)" "$want"
	t_is "$1: vns status prints \"running\"" \
		"$(vns status tenant)" "tenant: running"
}

# refused [-s] WHAT REGEX [TOLD [STATUS]]: asserts that nobody is let in, and nobody
# onto the host, and that the log says why. With -s it tries su itself, which takes
# a second to refuse; without it, su's PAM stack.
refused() {
	local way="su's stack as alice" told status
	local -a login=(pamtester su alice open_session)

	if [[ $1 == -s ]]; then
		way="su as alice"
		login=(su alice -c 'echo on the host')
		shift
	fi
	told=${3:-cannot be entered} status=${4:-4}
	log_mark
	t_not "$1: $way is refused" "${login[@]}"
	t_like "$1: $way: the user is told" "${t_out?}" "'tenant' (is )?$told"
	t_unlike "$1: $way: nothing runs on the host" \
		"$t_out" 'on the host|has success'
	t "$1: $way: the log says why" log_wait \
		"error user=alice service=su .*vserver \"tenant\": $2"
	log_mark
	t_not "$1: ssh as alice is refused" ssh_key alice 'echo on the host'
	t_unlike "$1: ssh as alice: nothing runs on the host" \
		"$t_out" 'on the host'
	t "$1: ssh as alice: the log says why" log_wait \
		"error user=alice service=sshd .*vserver \"tenant\": $2"
	t_status "$1: vns status exits with $status" "$status" vns status tenant
	t_status "$1: vns exec exits with 255" \
		255 vns exec tenant -- echo on the host
	t_like "$1: vns exec says why" "$t_out" "vserver \"tenant\": $2"
}

# stopped WHAT REGEX: asserts the same of a vserver that does not run.
stopped() {
	refused "$1" "$2" 'not running' 3
}
