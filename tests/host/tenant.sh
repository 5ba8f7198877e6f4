# shellcheck shell=bash
# Sourced after vns.sh: tenants, and attackers who are root in their vservers.

lib_dir=${lib_dir:?source lib.sh first} lib_run=${lib_run:?}
programs=${programs:?}
step_limit=${step_limit:?}
tenants=/srv/vservers

# tenant_build: what the attackers bring along.
tenant_build() {
	gcc -static -O2 -std=gnu11 -D_GNU_SOURCE -o /usr/bin/tenant \
		"$programs"/tenant/*.c &&
		gcc -static -O2 -nostdlib -fno-stack-protector -fno-pie \
			-no-pie -Wl,-Ttext-segment=0x10000000 \
			-o "$lib_run/interp" "$programs/interp.c"
}

# tenant_root NAME: a root directory with what they need; alice has the same
# ids in each.
tenant_root() {
	local root=$tenants/$1

	root_busybox "$root" "inside $1" &&
		root_add_user "$root" alice 5001 &&
		mkdir -p "$root"/{mnt,bind,common} &&
		install -m 755 /usr/bin/tenant "$root/bin/tenant"
}

# tenant_start NAME: its definition is "root =", and standard input.
tenant_start() {
	{
		echo "root = \"$tenants/$1\""
		cat
	} | vns_define "$1"
	vns start "$1"
}

# goes NAME: root and alice are placed in it.
goes() {
	vns_config <<-END
		rule "tenant" { users = {"root", "alice"} vserver = "$1" }
	END
}

# as_root: root's attacks from his session: standard input, one each line.
as_root() {
	ssh_key root '/bin/tenant batch'
}

# expect VERDICT WHO CMD...: CMD makes the attacks of standard input, and each
# ends so: done or denied.
expect() {
	local verdict=$1 who=$2 list line out

	shift 2
	list=$(grep -v -e '^#' -e '^$')
	out=$("$@" <<<"$list" 2>&1)
	while read -r line; do
		if grep -qF "$line: $verdict" <<<"$out"; then
			pass "$who: $line: $verdict"
		else
			fail "$who: $line: not $verdict" \
				"$(grep -F "$line:" <<<"$out" ||
					tail -n 5 <<<"$out")"
		fi
	done <<<"$list"
}

# inside_of NAME: the processes in its mount namespace, "PID" each.
inside_of() {
	local ns pid

	ns=$(stat -L -c %d:%i "/run/vns/ns/$1/mnt")
	for pid in $(ps -e -o pid=); do
		[[ $(stat -L -c %d:%i "/proc/$pid/ns/mnt" 2>/dev/null) != "$ns" ]] ||
			echo "$pid"
	done
}

# programs_of NAME: those of them that are programs of the host's.
programs_of() {
	local pid exe

	for pid in $(inside_of "$1"); do
		exe=$(stat -L -c %d "/proc/$pid/exe" 2>/dev/null) || continue
		[[ $exe == "$(stat -c %d "$tenants/$1")" ]] || echo "$pid"
	done
}

# init_of NAME: its init process.
init_of() {
	cut -d ' ' -f 1 "/run/vns/ns/$1/init"
}

# outside_id NAME: what its id 0 is for the host.
outside_id() {
	awk '{ print $2 }' "/proc/$(init_of "$1")/uid_map"
}

# left_of ID: the processes whose ids are of the range that begins there.
left_of() {
	# ps takes large ids for negative ones.
	awk -v base="$1" '/^Name:/ { name = $2 }
		/^Uid:/ && $2 >= base && $2 < base + 65536 { print name }' \
		/proc/[0-9]*/status 2>/dev/null
}

# pid_inside PID: its number in the innermost PID namespace.
pid_inside() {
	awk '/^NSpid:/ { print $NF }' "/proc/$1/status"
}

# t_hold NAME KIND: a session of alice's that waits; ended by let_go.
t_hold() {
	local root=$tenants/$1 script='echo >/tmp/open; read go </tmp/hold'

	rm -f "$root/tmp/open" "$root/tmp/hold"
	mkfifo -m 666 "$root/tmp/hold"
	case $2 in
	ssh) ssh_key alice "$script" ;;
	ssh-pty) ssh_pty alice "$script" ;;
	ssh-pw) ssh_pw alice 'a pw' "$script" ;;
	su) limit su alice -c "$script" ;;
	su-l) su_pw bob alice 'a pw' - -c "$script" ;;
	login) login_pw alice 'a pw' -e '$ ' -s "$script; exit\n" ;;
	cron) host_cron alice "$script" ;;
	esac >/dev/null 2>&1 &
	holder=$! held=$root/tmp/hold
	t "$1, $2: a session" wait_for "$step_limit" test -e "$root/tmp/open"
}

let_go() {
	# Nobody reads it if the session has ended by itself.
	# shellcheck disable=SC2016
	timeout 5 sh -c 'echo go >"$1"' sh "$held"
	wait "$holder"
}

# processes PID...: every attack on each of them.
on_processes() {
	local pid

	for pid; do
		printf "%s $pid\n" ptrace seize readv writev getfd kcmp perf \
			proc join
	done
}
