# shellcheck shell=bash
# Sourced by tests of real engines: the scene, in which the vserver tenant is a
# container of the engine's, with the root directory of "process" or "pinned".

# shellcheck source=tests/host/scene.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scene.sh"
scene "user alice bob, wired su sshd cron, sshd"
# shellcheck source=tests/host/cgroup.sh
. "$lib_dir/cgroup.sh"
# shellcheck source=tests/host/vserver/foreign.sh
. "$lib_dir/vserver/foreign.sh"
mount -t cgroup2 cgroup2 "$cgroups"

# every_way WHAT NAME HOSTNAME COMMAND: asserts that alice's logins are in the root
# NAME, in all ways; what they find there is the container's: its first process is
# COMMAND.
every_way() {
	local what=$1 name=$2 own out
	local facts='cat /MARKER; id; hostname; cat /proc/1/comm'

	lands "$what" "$name"
	own="this is $name"$'\n'$(id alice)$'\n'$3$'\n'$4
	t_is "$what: su as alice has her ids, and the container's host name and first process" \
		"$(su alice -c "$facts" 2>&1)" "$own"
	t_is "$what: ssh as alice has the same" \
		"$(ssh_key alice "$facts" 2>&1)" "$own"
	t_is "$what: su - as alice is in her home" \
		"$(su - alice -c 'cat /MARKER; pwd' 2>&1)" \
		"this is $name"$'\n'/home/alice
	out=$(ssh_pty alice 'cat /MARKER; tty' 2>&1)
	t_like "$what: ssh with a terminal as alice is in the root $name" "$out" \
		"this is $name"
	t_like "$what: sftp as alice sees the root $name" \
		"$(sftp_ls alice / 2>&1)" 'MARKER'
	rm -f "$roots/$name/tmp/cron"
	t "$what: cron runs" host_cron alice 'cat /MARKER >/tmp/cron'
	t_is "$what: a job of alice's is in the root $name" \
		"$(cat "$roots/$name/tmp/cron")" "this is $name"
	t_is "$what: bob, whom no rule places, is on the host" \
		"$(su bob -c 'cat /MARKER' 2>&1)" \
		"cat: /MARKER: No such file or directory"
}

# ends_with WHAT CMD...: a session of alice's ends when CMD ends the container.
ends_with() {
	local what=$1

	shift
	begin_session
	"$@" >/dev/null 2>&1
	t "$what: the session that was open has ended" wait_for 10 is_gone "$begun"
}

# begin_session: alice's session is open; its su is $begun.
begin_session() {
	rm -f "$roots"/{process,pinned}/tmp/begun
	su alice -c ': >/tmp/begun; exec sleep 1000' >/dev/null 2>&1 &
	begun=$!
	disown
	wait_for 10 has_begun
}

has_begun() {
	[[ -e $roots/process/tmp/begun || -e $roots/pinned/tmp/begun ]]
}

# adopt_by NAME: installs our hook of this name as /usr/local/sbin/adopt-NAME.
adopt_by() {
	install -m 755 "$vns_source/conf/hooks/engines/$1" \
		"/usr/local/sbin/adopt-$1"
}

# engine_end: takes the scene's own things away.
engine_end() {
	foreign_end
	rm -f /usr/local/sbin/adopt-*
	umount "$cgroups"
}
