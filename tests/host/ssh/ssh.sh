# shellcheck shell=bash
# Sourced by the tests of sshd, t-ssh-*. Their scene: a vserver that has a mount
# namespace and nothing else (plain), and one with all namespaces, the user
# namespace among them (full), and users of each. What a session is, and that
# nothing is left of it; by the sshd of this release, and by a newer one that is
# in three programs.

# shellcheck source=tests/host/scene.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scene.sh"
# shellcheck source=tests/host/services.sh
. "$lib_dir/services.sh"

places=(plain full)
# Who is placed in plain has a name that begins with it; so in full.
scene_uids+=([plain]=5011 [plain-forced]=5012 [plain-jail]=5013 [plain-idle]=5014
	[full]=5015 [full-forced]=5016 [full-jail]=5017 [full-idle]=5018)
# sshd's configuration for most rows.
# shellcheck disable=SC2016
usual=('KbdInteractiveAuthentication yes' 'X11Forwarding yes' 'AcceptEnv T_*'
	'SetEnv T_SET=set' 'PermitUserEnvironment yes' 'Banner /etc/ssh/banner'
	'Match User *-forced' 'ForceCommand where; echo forced $SSH_ORIGINAL_COMMAND'
	'Match User *-jail' 'ChrootDirectory /srv/jail'
	'ForceCommand internal-sftp'
	'Match User *-idle' 'ClientAliveInterval 1' 'ClientAliveCountMax 1')

# --- the scene -------------------------------------------------------------------

ssh_scene() {
	local name

	scene_shell=/bin/bash
	scene "user bob," \
		"vserver plain of debian for plain plain-forced plain-jail plain-idle," \
		"vserver full of debian for full full-forced full-jail full-idle," \
		"wired sshd"
	define plain 'namespaces = {"mnt"}'
	define full 'hostname = "full.example"' 'namespaces = {"uts", "ipc",
		"net", "cgroup", "time", "pid", "mnt", "user"}'
	write_where /
	echo "this is the host" >/MARKER
	mkdir -p /srv/jail/jail-of-the-host
	echo "a banner" >/etc/ssh/banner
	echo "the motd of the host" >/etc/motd
	for name in "${places[@]}"; do
		prepare_place "$name"
	done
	chmod 700 "$roots"
	t "vns start ${places[*]}: exits with 0" vns start "${places[@]}"
}

# ssh_end: takes away what the scene has put beside it, and ends the test.
ssh_end() {
	t "vns stop ${places[*]}: exits with 0" vns stop -t 0 "${places[@]}"
	rm -rf /usr/local/bin/{where,xclient} /srv/jail /etc/ssh/banner
	finish
}

# prepare_place PLACE: what its sessions need inside, and what its users have on
# the host, where no session should find it.
prepare_place() {
	local program root=$roots/$1

	write_where "$root"
	for program in /usr/lib/openssh/sftp-server /usr/bin/scp \
		/usr/bin/ssh-add /usr/bin/rsync /usr/bin/xauth; do
		copy_program "$root" "$program"
	done
	echo "the motd of $1" >"$root/etc/motd"
	echo "127.0.0.1 localhost" >"$root/etc/hosts"
	install -m 664 /dev/null "$root/var/log/lastlog"
	install -d "$root/srv/jail/jail-of-$1"
	sed -i 's/^/environment="T_KEY=key" /' "/etc/ssh/authorized_keys/$1"
	mkdir -p "/home/$1/.ssh"
	echo T_FILE=host >"/home/$1/.ssh/environment"
	echo 'touch rc-on-the-host' >"/home/$1/.ssh/rc"
}

# write_where ROOT: programs that are run inside: where says where a session is,
# and who, in one line.
write_where() {
	cat >"$1/usr/local/bin/where" <<-'END'
	#!/bin/sh
	cat /MARKER - <<EOT | tr -d '[]' | xargs
	$(stat -c %d:%i /)
	$(readlink /proc/self/ns/mnt) $(readlink /proc/self/ns/user)
	$(readlink /proc/self/ns/net) $(id -u)
	EOT
	END
	# An X client: it has a cookie, and is told what its server thinks.
	cat >"$1/usr/local/bin/xclient" <<-'END'
	#!/usr/bin/perl
	use IO::Socket::INET;
	my $cookie = (split " ", `xauth list $ENV{DISPLAY}`)[2];
	my ($host, $number) = $ENV{DISPLAY} =~ /^(.*):(\d+)/;
	my $s = IO::Socket::INET->new("127.0.0.1:" . (6000 + $number))
		or die "no display $ENV{DISPLAY}\n";
	syswrite $s, pack "a x v v v v x2 a20 H32", "l", 11, 0, 18, 16,
		"MIT-MAGIC-COOKIE-1", $cookie;
	print "$host ", scalar <$s>;
	END
	chmod 755 "$1/usr/local/bin/"{where,xclient}
}

# place_rules [RULE]...: these, then those that place everybody.
place_rules() {
	vns_config <<<"$*"$'\n'"$scene_rules"
}

# --- one place -------------------------------------------------------------------

# enter_place PLACE: what follows is about that vserver and its user.
enter_place() {
	local type

	place=$1 user=$1
	root=$roots/$place
	# shellcheck disable=SC2034
	home=$root/home/$place
	init=self base=0 to_place=("--mount=$(mnt_of "$place")")
	if [[ $place == full ]]; then
		init=$(cut -d' ' -f1 /run/vns/ns/full/init)
		base=$(awk '{ print $2 }' "/proc/$init/uid_map")
		to_place=(-t "$init" -a)
	fi
	inside="this is $place $(stat -c %d:%i "$root")"
	inside+=" mnt:$(pins number "$place/mnt")"
	for type in user net; do
		inside+=" $(readlink "/proc/$init/ns/$type" | tr -d '[]')"
	done
}

# is_inside WAY TEXT: TEXT is what where says inside.
is_inside() {
	t_is "$what: $1 runs in the vserver as $user" "$2" \
		"$inside $(id -u "$user")"
}

# in_place: prints the processes inside.
in_place() {
	local pid mnt

	mnt=$(pins number "$place/mnt")
	for pid in $(cd /proc && echo [0-9]*); do
		[[ $(stat -L -c %i "/proc/$pid/ns/mnt" 2>/dev/null) == "$mnt" ]] &&
			echo "$pid"
	done
}

# end_sleeps: ends what stays inside because its session was cut off.
end_sleeps() {
	local pid

	for pid in $(in_place); do
		[[ $(cat "/proc/$pid/comm") != sleep ]] || kill "$pid"
	done 2>/dev/null
}

# has_session USER: USER's is the only session, by sshd, in this place.
has_session() {
	[[ $(vns sessions | sed 1d | awk '{ print $1, $2, $3 }') == \
		"$place $1 sshd" ]]
}

no_session() {
	[[ -z $(vns sessions | sed 1d) ]]
}

# remains: prints whatever a session of this place's could leave behind.
remains() {
	local pid

	for pid in $(in_place); do
		echo "process $pid $(tr '\0' ' ' <"/proc/$pid/cmdline")"
	done 2>/dev/null
	vns sessions
	echo "processes of the keeper at work: $(keeper_busy)"
	find /run/vns/sessions -mindepth 1 2>/dev/null
	# The host's side of it.
	find /home -printf '%p %T@\n' | sort
	find /tmp "$root/tmp" -mindepth 1 | sort
	find /root -maxdepth 1 -type f -newer "$lib_run/before"
}

# is_at_rest: a picture of remains() in which the keeper does nothing, not even
# leave, is taken as that of nothing.
is_at_rest() {
	nothing=$(remains)
	[[ $nothing == *'keeper at work: 0'* ]]
}

is_alone() {
	[[ $(remains) == "$nothing" ]]
}

# alone WHAT: WHAT has left no process, record or file.
alone() {
	local fact="$what: $1 leaves nothing behind"

	if wait_for 8 is_alone; then
		pass "$fact"
	else
		fail "$fact" "$(diff <(echo "$nothing") <(remains))"
	fi
}

# rows NAME...: each function row_NAME in each place.
rows() {
	local row

	for place in "${places[@]}"; do
		enter_place "$place"
		what="$version into $place"
		touch "$lib_run/before"
		wait_for 8 is_at_rest
		for row; do
			"row_$row"
			alone "all that row_$row does"
		done
	done
}

# --- each sshd -------------------------------------------------------------------

# with_each_sshd FUNCTION: calls it for the sshd of this release, and for the
# newer one if there is one. $version is which.
with_each_sshd() {
	with_sshd "$1"
	if [[ -s /var/cache/pam_vns/openssh.tar ]]; then
		mkdir -p /opt/openssh
		tar -C /opt/openssh -xf /var/cache/pam_vns/openssh.tar
		sshd=/opt/openssh/usr/sbin/sshd
		sshd_lines=("SshdSessionPath /opt/openssh/usr/lib/openssh/sshd-session"
			"SshdAuthPath /opt/openssh/usr/lib/openssh/sshd-auth")
		with_sshd "$1"
	else
		diag "There is no newer sshd for this release."
	fi
}

with_sshd() {
	version=$("$sshd" -V 2>&1 | grep -o '^OpenSSH_[0-9.]*' | tr _ ' ')
	"$1"
	host_sshd_stop
}

# start_usual [LINE]...: sshd with the usual configuration.
start_usual() {
	t "$version: starts with the usual configuration" \
		host_sshd_start "${usual[@]}"
}

# --- who greets -------------------------------------------------------------------

# start_greeters: somebody who says who they are, at the same addresses on the
# host and inside.
start_greeters() {
	greeters=()
	greeter 3400 host &
	greeters+=($!)
	greeter /tmp/host.sock "host " &
	greeters+=($!)
	vns exec full -- perl -e 1 || exit 1
	for place in "${places[@]}"; do
		enter_place "$place"
		greeter_inside /tmp/in.sock 'inside '
		t "a greeter in $place listens at a path" \
			wait_for 10 test -S "$root/tmp/in.sock"
	done
	greeter_inside 3400 inside
	disown -a
	t "a greeter in full listens at a port of the vserver's network" \
		wait_for 10 greets_at full 3400 inside
	t "a greeter on the host listens at the same port there" \
		wait_for 10 greets 3400 host
}

# greeter_inside PORT|PATH WORD: a greeter in this place.
greeter_inside() {
	# A shell inside is told what a greeter is, and becomes one.
	nsenter "${to_place[@]}" -- /bin/bash -c \
		"$(declare -f greeter); greeter $1 '$2'" &
	greeters+=($!)
}

end_greeters() {
	kill "${greeters[@]}"
	rm -f /tmp/host.sock
}

# greets_at PLACE PORT WORD: as greets, by a port of the PLACE's network.
greets_at() {
	[[ $(greeting_at "$1" "$2") == "$3" ]]
}

greeting_at() {
	local init=$$

	[[ $1 == plain ]] || init=$(cut -d' ' -f1 /run/vns/ns/full/init)
	limit nsenter --net="/proc/$init/ns/net" \
		bash -c "exec 3<>/dev/tcp/127.0.0.1/$2 && head -n 1 <&3" \
		2>/dev/null
}
