# shellcheck shell=bash
# Sourced by the tests: makes users, vservers and sessions in the virtual
# machine, and asks both sides about them.

set -u
exec </dev/null
# What is written to a session that has ended is an error, no more.
trap '' PIPE
vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vm_repo=${vm_dir%/tests/vm}
[[ -n ${VM_RUN:-} ]] || {
	echo "Bail out! run this with tests/vm/run" >&2
	exit 1
}
# shellcheck source=tests/tap.sh
. "$vm_dir/../tap.sh"
# shellcheck source=tests/vm/machine.sh
. "$vm_dir/machine.sh"

# Who is placed where. Each has the password of users.
# plain: README's first vserver. templated: README's second one. full: all
# namespaces and a range of its own. limited: a template, and limits.
# shellcheck disable=SC2034
users=(alice bob carol dave)
declare -A vserver=([alice]=acme [bob]=tenant [carol]=full [dave]=limited)
password=Vns-4711

# --- installing -----------------------------------------------------------

# vm_source [compiled]: the sources, and the helpers that run in the machine.
vm_source() {
	if [[ ${1:-} == compiled ]]; then
		"$vm_dir/compile" "$(realpath "$VM_RUN/image")"
	else
		tar -C "$vm_repo" --exclude=./build --exclude=./.git -cf - .
	fi | vm 'rm -rf pam_vns && mkdir pam_vns &&
		tar -C pam_vns --no-same-owner -xf -' || return
	vm 'gcc -O2 -std=gnu11 -o /usr/local/bin/ptyrun \
		pam_vns/tests/host/programs/ptyrun.c' || return
	vm_put /usr/local/bin "$vm_dir/inside/"*
}

# vm_user NAME UID: an account of the host's, with root's key.
vm_user() {
	vm "useradd -m -s /bin/bash -u $2 $1 && echo $1:$password | chpasswd &&
		install -d -m 700 -o $1 -g $1 /home/$1/.ssh &&
		install -m 600 -o $1 -g $1 /root/.ssh/authorized_keys \
			/home/$1/.ssh"
}

# vm_place USER VSERVER: a rule for one user.
vm_place() {
	vm "cat >>/etc/vns/pam_vns.conf" <<-END
	rule "$1" { users = {"$1"} vserver = "$2" }
	END
}

# vm_define NAME: its definition is standard input.
vm_define() {
	vm "cat >/etc/vns/vservers/$1.conf.new &&
		mv /etc/vns/vservers/$1.conf.new /etc/vns/vservers/$1.conf"
}

# --- both sides -----------------------------------------------------------

# probe TOKEN: what a session runs to say where it is, and to leave something
# there.
probe() {
	# These are the session's.
	# shellcheck disable=SC2016
	printf 'echo "@%s $(id -un) $(cat /MARKER) $(stat -c %%d:%%i /)"; %s' \
		"$1" ": >/tmp/$1"
}

# answer TOKEN OUTPUT: what probe said; on a terminal it was typed there, too.
answer() {
	tr -d '\r' <<<"$2" | grep -aoE "@$1 [a-z].*"
}

# A name for what a session leaves.
vm_token() {
	echo "token.$EPOCHREALTIME"
}

# placed DESCRIPTION USER TOKEN OUTPUT: a session of USER, who ran probe TOKEN,
# is in USER's vserver: it says so, and what it left is there and not outside.
placed() {
	local what=$1 user=$2 token=$3 said name=${vserver[$2]} sides

	said=$(answer "$token" "$4")
	sides=$(vm "vm-sides $name $token" 2>&1)
	if [[ -z $said ]]; then
		fail "$what: the session is inside, as $user" "no answer to probe:" "$4"
	else
		t_is "$what: the session is inside, as $user" "$said" \
			"@$token $user $name $(sed -n 's/^root //p' <<<"$sides")"
	fi
	t_is "$what: what the session has written is inside and not outside" "$(grep -v '^root ' <<<"$sides")" \
		"inside: there
outside: not there
roots differ"
}

# on_host DESCRIPTION USER TOKEN OUTPUT: a session of USER is outside.
on_host() {
	local said

	said=$(answer "$3" "$4")
	t_like "$1: the session is on the host" "$said" "^@$3 $2 host "
}

# --- sessions -------------------------------------------------------------

# session_open NAME USER: a session that stays open until session_close; its
# shell runs what session_ask sends.
declare -A session_in session_pid
session_open() {
	local fd

	rm -f "$VM_RUN/$1.in"
	mkfifo "$VM_RUN/$1.in"
	step_limit=3600 vm_key "$2" 'exec sh' <"$VM_RUN/$1.in" \
		>>"$VM_RUN/$1.out" 2>&1 &
	session_pid[$1]=$!
	exec {fd}>"$VM_RUN/$1.in"
	session_in[$1]=$fd
	session_ask "$1" 'echo session-is-open' >/dev/null
}

# session_ask NAME CMD: what CMD says in this session.
session_ask() {
	local mark

	mark=done.$((++session_asked))
	: >"$VM_RUN/$1.out"
	printf '%s\necho %s\n' "$2" "$mark" >&"${session_in[$1]}" ||
		return
	vm_until 60 grep -q "^$mark" "$VM_RUN/$1.out" || {
		cat "$VM_RUN/$1.out"
		return 1
	}
	grep -v "^$mark" "$VM_RUN/$1.out"
	return 0
}
session_asked=0

# session_close NAME: ends it, and waits for that.
session_close() {
	local fd=${session_in[$1]}

	# Other sessions hold this descriptor, too.
	{ echo exit >&"$fd"; } 2>/dev/null
	exec {fd}>&-
	vm_until 60 session_ended "$1" || pkill -P "${session_pid[$1]}"
	wait "${session_pid[$1]}"
}

session_ended() {
	! kill -0 "${session_pid[$1]}"
}
