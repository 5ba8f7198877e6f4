# shellcheck shell=bash
# Sourced after scene.sh by the tests of "vns enter" and "vns exec": the running
# vserver acme of the scene, and how programs are run in it and looked at. What
# they could do otherwise is shown with "vnamespace -e", which hides nothing of
# the caller's from them.
# shellcheck source-path=SCRIPTDIR

lib_run=${lib_run:?source scene.sh first} programs=${programs:-}
step_limit=${step_limit:-}
root=${roots:?}/acme
built=$lib_run/exec
files=/srv/exec

build() {
	"${CC:-gcc}" -O2 -std=gnu11 -D_GNU_SOURCE "$@"
}

build_programs() {
	mkdir -p "$built" &&
		build -static -o "$built/tiocsti" "$programs/tiocsti.c" &&
		build -static -o "$built/keyring" "$programs/keyring.c"
}

# make_acme: the programs are inside, and acme runs.
make_acme() {
	rm -rf "$files"
	mkdir -p "$files" && install -d -m 1777 "$root/said" &&
		cp "$built"/{tiocsti,keyring} "$root/usr/local/bin" &&
		redefine ''
}

# redefine LINE: acme has this line in its definition, and is started again.
# Programs inside say their numbers, which are the host's: it has no PID
# namespace.
redefine() {
	vns stop -t 0 acme >/dev/null
	define acme 'context = 7' 'namespaces = {"mnt"}' "$1"
	vns start acme >/dev/null
}

inside() {
	limit vns exec acme -- "$@"
}

script() {
	inside sh -c "$@"
}

# on_pty [-e EXPECT -s SEND]... SCRIPT: bash runs SCRIPT on a terminal.
on_pty() {
	local -a steps=()

	while [[ $1 == -[est] ]]; do
		steps+=("$1" "$2")
		shift 2
	done
	ptyrun -t "$step_limit" "${steps[@]}" -- bash -c "$1" | tr -d '\r'
}

# typed CMD...: what somebody's shell reads from its terminal after CMD has run
# a program that types "evil" there, and after they themselves type "mine".
typed() {
	on_pty -e 'taken by' -s '' -e 'DONE' -s 'mine\n' \
		"$* tiocsti $'evil\n'; stty -echo; echo DONE
		read -r line; echo \"read <\$line>\""
}

# said NAME: what a program inside has written to /said/NAME; the file does not
# exist until it is complete.
said() {
	cat "$root/said/$1"
}

# said_not NAME: removes /said/NAME, that somebody can wait for it.
said_not() {
	rm -f "$root/said/$1"
}

# In a script inside, "tell NAME" makes standard input /said/NAME at once.
# shellcheck disable=SC2016
tell='tell() { cat >/said/.$1 && mv /said/.$1 /said/$1; };'

said_process() {
	[[ -s $root/said/$1 ]] && [[ -e /proc/$(said "$1") ]]
}

gone() {
	[[ -n $1 ]] && is_gone "$1"
}

# relayed SCRIPT: runs SCRIPT inside, in the background; $relay is the pid of
# "vns exec", and $program the one of the program.
relayed() {
	said_not pid
	vns exec acme -- sh -c "$tell echo \$\$ | tell pid; $1" \
		<"${input:-/dev/null}" >"$files/out" 2>&1 &
	relay=$!
	wait_for 5 said_process pid
	# shellcheck disable=SC2034
	program=$(said pid)
}

# end_relayed: waits for the relay, but not for ever, and has its status.
end_relayed() {
	wait_for 5 gone "$relay" || kill -KILL "$relay"
	wait "$relay" 2>/dev/null
}

# census CMD...: what a shell that CMD runs has open, when descriptors 7, 8 and
# 300 are open in the caller.
census() {
	# shellcheck disable=SC2016
	"$@" sh -c 'for fd in /proc/$$/fd/*; do readlink $fd; done' \
		7</etc/passwd 8</ 300</dev/null | sed 's/\[.*//'
}

# capabilities [OPTION]...: those of a program inside.
capabilities() {
	vns exec "$@" acme -- sed -n 's/^Cap//p' /proc/self/status | tr '\t\n' '  '
}
