# shellcheck shell=bash
# Sourced by the tests of the ways in without sshd, t-ways-*. Their scene: alice
# goes to a vserver that has a mount namespace and nothing more (plain), carol
# to one that has all others, the user namespace among them (full), and bob
# stays on the host. What a session of theirs is, and that nothing is left of it
# on either side.

# shellcheck source=tests/host/scene.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scene.sh"

where=/usr/local/bin/where
crew=7401
spool=/var/spool/cron
declare -A goes=([alice]=plain [carol]=full)

# ways_scene SERVICE...: sets the scene, with our lines in these services.
ways_scene() {
	local user

	scene_shell=/bin/bash
	scene "user bob, vserver plain of debian for alice," \
		"vserver full of debian for carol, wired $*"
	echo "this is the host" >/MARKER
	write_where
	groupdel crew 2>/dev/null
	groupadd -g "$crew" crew
	for user in alice bob carol; do
		usermod -a -G crew "$user"
	done
	prepare_root plain
	prepare_root full
	define plain 'namespaces = {"mnt"}'
	define_full '"net", '
	chmod 700 "$roots"
	t "vns start plain full: exits with 0" vns start plain full
	chmod 1777 /tmp
	touch "$lib_run/begun"
	cd / || exit 1
	clean "the scene, before the first session"
}

# ways_end: takes away what the scene has put beside it, and ends the test.
ways_end() {
	clean "the whole test"
	rm -f "$where"
	finish
}

# write_where: the same program stands at the same place on all sides: what ends
# on the host will say so.
write_where() {
	cat >"$where" <<-'END'
	#!/bin/sh
	# Where this is run, as whom, and with which arguments.
	cd /proc/self/ns
	echo "at $(cat /MARKER) / $(stat -c %d:%i /)" \
		"$(stat -L -c %i mnt pid user | xargs)" \
		"ids $(id -u) $(id -g) $(id -G) said $*"
	END
	chmod 755 "$where"
}

# prepare_root NAME: this vserver's root gets the program, and a user, carl,
# whom the host does not have.
prepare_root() {
	local root=$roots/$1

	install "$where" "$root/usr/local/bin"
	root_add_user "$root" carl 5100
	# A wrong password need not take three seconds.
	sed -i 's/pam_unix.so nullok/& nodelay/' "$root/etc/pam.d/common-auth"
	printf 'carl:c pw\nroot:r pw\n' | chroot "$root" chpasswd
}

# define_full NET: with a network namespace, or with NET empty.
define_full() {
	define full 'hostname = "full.example"' "namespaces = {$1\"uts\", \"ipc\",
		\"cgroup\", \"time\", \"pid\", \"mnt\", \"user\"}"
}

# spaces USER: what where says of the namespaces that USER's sessions are in.
spaces() {
	local name=${goes[$1]} process=self

	[[ ! -e /run/vns/ns/$name/init ]] ||
		process=$(cut -d' ' -f1 "/run/vns/ns/$name/init")
	pins number "$name/mnt"
	stat -L -c %i "/proc/$process/ns/pid" \
		"/proc/$process/ns/user"
}

# inside USER [WORD]: what where says in USER's vserver, if it is run with the
# ids $ids, or if that is not set, with USER's. It is computed anew each time: a
# vserver that has been restarted has other namespaces.
inside() {
	local uid=${scene_uids[$1]}
	local ids=${ids:-$uid $uid $uid $crew}

	echo "at this is ${goes[$1]} /" \
		"$(stat -c %d:%i "$roots/${goes[$1]}")" \
		"$(spaces "$1" | xargs) ids $ids said ${2:-}"
}

# outside USER [WORD]: what where says on the host.
outside() {
	local uid=${scene_uids[$1]}

	echo "at this is the host / $(stat -c %d:%i /)" \
		"$(stat -L -c %i /proc/self/ns/{mnt,pid,user} | xargs)" \
		"ids $uid $uid $uid $crew said ${2:-}"
}

# places: prints the lines of where that are in the standard input, without what
# came with them.
places() {
	sed -n 's/\r$//; s/.*\(at this is \)/\1/p'
}

# left: prints what there should be nothing of when a session has ended.
left() {
	local vserver init pid mnt

	for vserver in plain full; do
		[[ -e /run/vns/ns/$vserver/mnt ]] || continue
		init=$(cut -d' ' -f1 "/run/vns/ns/$vserver/init" 2>/dev/null)
		mnt=$(pins number "$vserver/mnt")
		for pid in /proc/[0-9]*; do
			[[ $pid == "/proc/$init" ||
				$(stat -L -c %i "$pid/ns/mnt" 2>/dev/null) != "$mnt" ]] ||
				ps -o pid=,args= -p "${pid#/proc/}"
		done
	done
	ls -A /run/vns/sessions
	find /home /tmp /var/tmp /var/mail "$spool"/at* /run/screen ! -type d \
		-newer "$lib_run/begun" \( -user alice -o -user carol \) \
		2>/dev/null
}

is_clean() {
	[[ -z $(left) ]]
}

# clean WHAT: WHAT has left no process, record or file.
clean() {
	wait_for 5 is_clean
	t_is "$1: leaves nothing behind" "$(left)" ""
}

# row WHAT FACT EXPECTED CMD...: the FACT about WHAT is that CMD leads to where
# EXPECTED says; and nothing is left of it. Its output is in $row_out.
row() {
	local what=$1 fact=$2 expected=$3

	shift 3
	row_out=$("$@" 2>&1)
	t_is "$what: $fact" "$(places <<<"$row_out")" "$expected" ||
		diag "$row_out"
	clean "$what"
}

# typed [-e EXPECT -s SEND]... -- CMD...: runs CMD on a terminal.
typed() {
	ptyrun -t "$step_limit" "$@"
}

# as_user USER CMD...: runs CMD as USER on the host, in no session.
as_user() {
	setpriv --reuid "$1" --regid "$1" --init-groups env -i PATH="$PATH" \
		TERM=dumb HOME="/home/$1" USER="$1" LOGNAME="$1" "${@:2}"
}
