# shellcheck shell=bash
# Sourced by tests that run in the throwaway host (see ./throwaway): starts real
# daemons of Debian, and makes users and root directories of vservers.

set -u
lib_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/tap.sh
. "$lib_dir/../tap.sh"
# What tests compile, one program a file.
# shellcheck disable=SC2034
programs=$lib_dir/programs
lib_run=/run/throwaway
lib_tree=/var/cache/pam_vns/debian-tree.tar
ssh_port=2222
ssh_conf=/etc/ssh/throwaway
# Which sshd; the one of the release's backports needs lines of its own.
sshd=/usr/sbin/sshd
sshd_lines=()
# What serves a session: a program of its own from OpenSSH 9.8 on.
sshd_session=/usr/lib/openssh/sshd-session
[[ -e $sshd_session ]] || sshd_session=$sshd
# One step, a login for example, never takes longer than this many seconds.
step_limit=${step_limit:-30}

if [[ $$ == 1 || ! -d /srv/vservers || $(hostname) != throwaway ]]; then
	echo "Bail out! run this with tests/host/throwaway" >&2
	exit 1
fi
mkdir -p "$lib_run"
# What the host has come with, before the first test.
if [[ ! -d $lib_run/etc ]]; then
	mkdir "$lib_run/etc"
	find /etc -maxdepth 1 -regextype posix-egrep -regex \
		'/etc/(passwd|group|shadow|gshadow|subuid|subgid|pam\.d)' \
		-exec cp -a {} "$lib_run/etc" \;
fi
# ssh would eat the standard input of a test, or wait for a terminal's.
exec </dev/null

# --- the host -------------------------------------------------------------

# wait_for SECONDS CMD...: runs CMD until it succeeds; fails if it never does.
wait_for() {
	local end=$((SECONDS + $1))

	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS <= end)) || return 1
		sleep 0.02
	done
}

# is_gone PID: the process has ended. Its parent may not have noticed yet; until
# then signals can still be sent to it.
is_gone() {
	local state=

	read -r -d '' state <"/proc/$1/stat"
	[[ ${state##*) } == [ZX]* || ! $state ]]
} 2>/dev/null

# end_child PID: ends a process that this shell has begun. It is told so until it
# is gone: a program that looks for signals and only then sleeps can miss one.
end_child() {
	local status=0

	wait_for "$step_limit" tell_to_end "$1" || {
		status=1
		kill -KILL "$1"
	}
	wait "$1" 2>/dev/null
	return "$status"
}

tell_to_end() {
	kill "$1" 2>/dev/null
	is_gone "$1"
}

# pgrep_live OPTION...: pgrep, without processes that have ended.
pgrep_live() {
	pgrep -r D,I,R,S,T,t "$@"
}

# kernel_is VERSION: the kernel is at least that.
kernel_is() {
	printf '%s\n' "$1" "$(uname -r)" | sort -CV
}

# mount_files DIR MODE [OPTIONS]: mounts an empty directory on DIR, on whose
# files ids can be mapped, as on those of the vservers' roots, beside which it
# lies. DIR gives it its name: a mount of the same DIR looks the same.
mount_files() {
	local from=/srv/vservers/.files${1//\//.}

	rm -rf "$from" && mkdir -m "$2" "$from" && mount --bind "$from" "$1" &&
		{ [[ -z ${3:-} ]] || mount -o "remount,bind,$3" "$1"; }
}

# ptyrun [-t SECONDS] [-e EXPECT -s SEND]... -- CMD...: see ptyrun.c.
ptyrun() {
	if [[ ! -x $lib_run/ptyrun ]]; then
		gcc -O2 -std=gnu11 -o "$lib_run/ptyrun" "$programs/ptyrun.c" ||
			return
	fi
	"$lib_run/ptyrun" "$@"
}

# host_syslog_start: a real syslogd; all that is logged is in $host_log.
host_log=/var/log/vns.log
host_syslog_start() {
	local -a options=()

	[[ ! -S /dev/log ]] || return 0
	: >"$host_log"
	# The file must not be rotated, as Debian 13's does at 200 KB: an offset
	# in it is a mark.
	! busybox syslogd --help 2>&1 | grep -q -- '-s SIZE' || options=(-s 0)
	setsid busybox syslogd -n "${options[@]}" -O "$host_log" \
		>/dev/null 2>&1 &
	wait_for 5 test -S /dev/log
}

# log_mark: log_since and log_wait look at what is logged from here on.
log_mark() {
	log_offset=$(($(stat -c %s "$host_log") + 1))
}

# log_since: the log since log_mark.
log_since() {
	tail -c "+${log_offset:-1}" "$host_log"
}

# log_wait REGEX [SECONDS]: waits until a line since log_mark matches the
# extended REGEX, and prints the lines that do.
log_wait() {
	wait_for "${2:-3}" log_has "$1" || return
	log_since | grep -E -- "$1"
}

log_has() {
	log_since | grep -Eq -- "$1"
}

# host_authorize NAME: lets ssh_key log in as an account that exists.
host_authorize() {
	local key=$ssh_conf/id

	mkdir -p "$ssh_conf" /etc/ssh/authorized_keys
	[[ -e $key ]] || ssh-keygen -q -t ed25519 -N '' -C test -f "$key"
	cp "$key.pub" "/etc/ssh/authorized_keys/$1"
	chmod 644 "/etc/ssh/authorized_keys/$1"
}

# host_add_user NAME UID [PASSWORD] [SHELL]: a user with a home and a key for
# ssh_key; without a PASSWORD, or with "", no password works.
host_add_user() {
	local name=$1 uid=$2 password=${3:-} shell=${4:-/bin/sh} other

	# The machine may have such a user; this is a copy of it.
	for other in "$name" "$(getent passwd "$uid" | cut -d: -f1)"; do
		[[ -z $other ]] || ! getent passwd "$other" >/dev/null ||
			userdel -f "$other" 2>/dev/null
	done
	groupdel "$name" 2>/dev/null
	rm -rf "/home/${name:?}"
	useradd -m -d "/home/$name" -U -u "$uid" -s "$shell" -p '*' -- \
		"$name" || return
	[[ -z $password ]] || printf '%s:%s\n' "$name" "$password" |
		chpasswd || return
	host_authorize "$name"
}

# host_sshd_start [LINE]...: a real sshd on 127.0.0.1:2222; each LINE is added
# to its configuration and overrides what is there.  Started anew if it runs.
host_sshd_start() {
	host_sshd_stop
	host_sshd_configure "$@" || return
	"$sshd" -f "$ssh_conf/sshd_config" || return
	wait_for 5 sshd_answers
}

# host_sshd_configure [LINE]...: the configuration alone.
host_sshd_configure() {
	local key=$ssh_conf/host_key

	set -- "${sshd_lines[@]}" "$@"
	host_authorize root
	[[ -e $key ]] || ssh-keygen -q -t ed25519 -N '' -f "$key"
	mkdir -p /run/sshd
	{
		# The first value counts, and a Match block ends never.
		printf '%s\n' "$@" | sed '/^[[:space:]]*[Mm]atch /,$d'
		cat <<-END
		Port $ssh_port
		ListenAddress 127.0.0.1
		HostKey $key
		PidFile $lib_run/sshd.pid
		UsePAM yes
		PasswordAuthentication yes
		KbdInteractiveAuthentication no
		PubkeyAuthentication yes
		PermitRootLogin yes
		AuthorizedKeysFile /etc/ssh/authorized_keys/%u
		UseDNS no
		LogLevel VERBOSE
		MaxStartups 200
		END
		# Of this there must be one only.
		[[ $* == *Subsystem* ]] || echo "Subsystem sftp internal-sftp"
		# All tests come from one address, and many are to be refused:
		# OpenSSH holds that against it from 9.8 on.
		! grep -qai PerSourcePenalties "$sshd" ||
			echo "PerSourcePenalties no"
		printf '%s\n' "$@" | sed -n '/^[[:space:]]*[Mm]atch /,$p'
	} >"$ssh_conf/sshd_config"
	"$sshd" -t -f "$ssh_conf/sshd_config"
}

sshd_answers() {
	local banner

	# In a shell of its own: the connection ends with it.
	banner=$(exec 3<>"/dev/tcp/127.0.0.1/$ssh_port" && head -c 4 <&3)
	[[ $banner == SSH- ]]
}

# host_sshd_stop: stops sshd; sessions it has served so far go on.
host_sshd_stop() {
	local pid

	[[ -e $lib_run/sshd.pid ]] || return 0
	pid=$(<"$lib_run/sshd.pid")
	kill "$pid" 2>/dev/null
	wait_for 5 test ! -e "/proc/$pid"
	rm -f "$lib_run/sshd.pid"
}

# The key exchange is a cheap one, or it would be a third of each login.
ssh_options=(-F /dev/null -o StrictHostKeyChecking=no
	-o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null
	-o LogLevel=ERROR -o ConnectTimeout=5 -o Port="$ssh_port"
	-o KexAlgorithms=curve25519-sha256)
ssh_key_options=("${ssh_options[@]}" -o BatchMode=yes -o IdentitiesOnly=yes
	-o IdentityFile="$ssh_conf/id")

limit() {
	timeout -k 2 "$step_limit" "$@"
}

# ssh_key USER [ssh's options] [CMD...]: ssh with a key.
ssh_key() {
	local user=$1

	shift
	limit ssh "${ssh_key_options[@]}" "$user@127.0.0.1" "$@"
}

# ssh_pw USER PASSWORD [ssh's options] [CMD...]: ssh with a password.
ssh_pw() {
	local user=$1 password=$2

	shift 2
	SSHPASS=$password limit sshpass -e ssh "${ssh_options[@]}" \
		-o PreferredAuthentications=password \
		-o NumberOfPasswordPrompts=1 "$user@127.0.0.1" "$@"
}

# ssh_pty USER [-e EXPECT -s SEND]... [CMD...]: ssh with a key and a pty on
# both sides; with no CMD a login shell.
ssh_pty() {
	local user=$1
	local -a steps=()

	shift
	while [[ ${1:-} == -[est] ]]; do
		steps+=("$1" "$2")
		shift 2
	done
	ptyrun -t "$step_limit" "${steps[@]}" -- \
		ssh -tt "${ssh_key_options[@]}" "$user@127.0.0.1" "$@"
}

# sftp_ls USER PATH: what sftp lists there.
sftp_ls() {
	printf 'ls -la %s\n' "$2" |
		limit sftp -q -b - "${ssh_key_options[@]}" "$1@127.0.0.1"
}

# su_pw FROM TO PASSWORD [su's arguments]: user FROM runs su to become TO, on
# a terminal, typing PASSWORD.
su_pw() {
	local from=$1 to=$2 password=$3

	shift 3
	# \ is what ptyrun treats specially.
	ptyrun -t "$step_limit" -e 'assword:' -s "${password//\\/\\\\}\n" -- \
		setpriv --reuid "$from" --regid "$(id -g "$from")" \
		--init-groups env -i PATH="$PATH" TERM=dumb HOME="/home/$from" \
		USER="$from" LOGNAME="$from" su "$@" "$to"
}

# login_pw USER PASSWORD [-e EXPECT -s SEND]...: login on a terminal; the
# steps follow the password, end with one that leaves the shell.
login_pw() {
	local user=$1 password=$2

	shift 2
	ptyrun -t "$step_limit" -e 'login:' -s "$user\n" \
		-e 'assword:' -s "${password//\\/\\\\}\n" "$@" -- \
		env -i PATH="$PATH" TERM=dumb login
}

# host_cron USER CMD: the real cron runs CMD as USER at once; returns when it
# has ended.  CMD is a crontab line: one line, % means newline.
host_cron() {
	local pid

	printf '@reboot %s %s\n' "$1" "$2" >/etc/cron.d/throwaway
	# Left by an earlier cron, it says that the boot is over.
	rm -f /run/crond.reboot /run/crond.pid
	cron -f >/dev/null 2>&1 &
	pid=$!
	wait_for 5 test -e /run/crond.reboot
	# Its only children are jobs.
	wait_for "$step_limit" no_children "$pid"
	local status=$?
	rm -f /etc/cron.d/throwaway
	kill "$pid"
	wait "$pid" 2>/dev/null
	return "$status"
}

no_children() {
	! pgrep -P "$1"
}

# --- roots for vservers ---------------------------------------------------

# root_busybox DIR TEXT: a root directory with a static busybox and the usual
# files; TEXT is in its /MARKER.
root_busybox() {
	local base=$lib_run/busybox applet

	if [[ ! -d $base ]]; then
		mkdir -p "$base.new"/{bin,dev,etc,home,proc,root,run,sys,tmp,usr,var} \
			|| return
		cp "$(readlink -f /bin/busybox)" "$base.new/bin/busybox"
		for applet in $(busybox --list); do
			[[ $applet == busybox ]] ||
				ln -s busybox "$base.new/bin/$applet"
		done
		chmod 1777 "$base.new/tmp"
		chmod 700 "$base.new/root"
		ln -s bin "$base.new/sbin"
		ln -s ../bin "$base.new/usr/bin"
		ln -s ../bin "$base.new/usr/sbin"
		ln -s ../run "$base.new/var/run"
		echo 'root:x:0:0:root:/root:/bin/sh' >"$base.new/etc/passwd"
		printf '%s\n' root:x:0: tty:x:5: >"$base.new/etc/group"
		printf '%s\n' 'passwd: files' 'group: files' \
			>"$base.new/etc/nsswitch.conf"
		mv "$base.new" "$base"
	fi
	mkdir -p "$1" && cp -a "$base/." "$1/" || return
	printf '%s\n' "$2" >"$1/MARKER"
}

# root_debian DIR TEXT: a root directory with a full Debian (minbase); TEXT is
# in its /MARKER.
root_debian() {
	mkdir -p "$1" && tar -C "$1" --numeric-owner --xattrs \
		--xattrs-include=security.capability -xpf "$lib_tree" || return
	printf '%s\n' "$2" >"$1/MARKER"
}

# root_add_user DIR NAME UID [SHELL]: a user's passwd and group lines and home
# in the root DIR, with the ids the host has.
root_add_user() {
	local dir=$1 name=$2 uid=$3 shell=${4:-/bin/sh}

	echo "$name:x:$uid:$uid::/home/$name:$shell" >>"$dir/etc/passwd"
	echo "$name:x:$uid:" >>"$dir/etc/group"
	install -d -m 755 -o "$uid" -g "$uid" "$dir/home/$name"
}
