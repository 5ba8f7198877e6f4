# shellcheck shell=bash
# Sourced after scene.sh: makes tenants, and attackers who are root in their
# vservers.
# shellcheck source-path=SCRIPTDIR

lib_dir=${lib_dir:?source scene.sh first} lib_run=${lib_run:?}
programs=${programs:?}
roots=${roots:?} scene_password=${scene_password:?} step_limit=${step_limit:?}
# Every kernel has it, if no disk behind it.
block_device="b 7 0"
# Lines of definitions: mounts of directories of the host's, one with all flags.
binds='mount "/bind" { source = "/srv/vservers/bind" type = "bind"
	options = {"ro", "nosuid", "nodev", "noexec"} }'
common='mount "/common" { source = "/srv/vservers/common" type = "bind"
	options = {"noidmap"} }'

# tenant_scene: a host with a file that tenants must not see, and what attackers
# bring along. Nobody is placed anywhere.
tenant_scene() {
	scene "user alice bob, wired sshd su login cron, sshd"
	t "the programs of the attackers are built" tenant_build
	echo outside | tee /HOST-ONLY >/MARKER
	usermod -s /bin/sh root
	chmod 700 "$roots"
	install -d -m 755 "$roots/bind"
	install -d -m 1777 "$roots/common"
	echo secret >"$roots/secret"
	vns_config </dev/null
}

# tenant_build: builds what the attackers bring along.
tenant_build() {
	gcc -static -O2 -std=gnu11 -D_GNU_SOURCE -o /usr/bin/tenant \
		"$programs"/tenant/*.c &&
		gcc -static -O2 -nostdlib -fno-stack-protector -fno-pie \
			-no-pie -Wl,-Ttext-segment=0x10000000 \
			-o "$lib_run/interp" "$programs/interp.c"
}

# user_scene: besides that, the tenant of two vservers with user namespaces, of
# which "full" has all other namespaces, too, and "shared" has the host's
# processes and network; and "other", of another tenant, who has the same ids.
# What they may do does not depend on a filter of calls, so they have none.
user_scene() {
	local name all

	all='"mnt", "uts", "ipc", "pid", "net", "cgroup", "time", "user"'
	tenant_scene
	for name in full shared other; do
		tenant_root "$name"
	done
	echo >"$roots/other/OTHER-ONLY"
	define full 'user_namespace = "auto"' "namespaces = {$all}" \
		"$binds" "$common" 'seccomp = "none"'
	for name in shared other; do
		define "$name" 'namespaces = {"mnt", "user"}' "$binds" \
			"$common" 'seccomp = "none"'
	done
	for name in full shared other; do
		t "vns start $name, with a user namespace: exits with 0" \
			vns start "$name"
	done
}

# tenant_root NAME: makes a root directory with what attackers need. alice has
# the same ids in each.
tenant_root() {
	local root=$roots/$1

	new_root "$1" alice && mkdir -p "$root"/{mnt,bind,common} &&
		install -m 755 /usr/bin/tenant "$root/bin/tenant" || return
	# shellcheck disable=SC2086
	mknod -m 600 "$root/planted" $block_device
}

# in_background CMD...: runs CMD until end_background, or until this test ends.
in_background() {
	"$@" >/dev/null 2>&1 &
	helpers+=("$!")
	disown
}
helpers=()
trap end_background EXIT

# end_background: ends what in_background has begun, with the programs that
# functions run.
end_background() {
	local pid

	for pid in "${helpers[@]}"; do
		pkill -P "$pid"
		kill "$pid" 2>/dev/null
		wait_for 5 is_gone "$pid"
	done
	helpers=()
}

# goes NAME: places root and alice in it.
goes() {
	vns_config <<-END
		rule "tenant" { users = {"root", "alice"} vserver = "$1" }
	END
}

# as_root: makes the attacks of standard input, one each line, from a session of
# root's.
as_root() {
	ssh_key root '/bin/tenant batch'
}

# expect VERDICT WHO CMD...: CMD makes the attacks of standard input, and each
# ends so: done or denied. WHO says who makes them, and on whom.
expect() {
	local verdict=$1 who=$2 list line out

	shift 2
	list=$(grep -v -e '^#' -e '^$')
	out=$("$@" <<<"$list" 2>&1)
	while read -r line; do
		if grep -qF "$line: $verdict" <<<"$out"; then
			pass "$who: \"$line\" is $verdict"
		else
			fail "$who: \"$line\" is $verdict" \
				"$(grep -F "$line:" <<<"$out" ||
					tail -n 5 <<<"$out")"
		fi
	done <<<"$list"
}

# inside_of NAME: the numbers of the processes in its mount namespace.
inside_of() {
	local ns pid

	ns=$(pins number "$1/mnt")
	for pid in $(ps -e -o pid=); do
		[[ $(stat -L -c %i "/proc/$pid/ns/mnt" 2>/dev/null) != \
			"$ns" ]] || echo "$pid"
	done
}

# programs_of NAME: those of them whose programs are files of the host's.
programs_of() {
	local pid exe

	for pid in $(inside_of "$1"); do
		exe=$(stat -L -c %d "/proc/$pid/exe" 2>/dev/null) || continue
		[[ $exe == "$(stat -c %d "$roots/$1")" ]] || echo "$pid"
	done
}

# init_of NAME: the number of its init process.
init_of() {
	cut -d ' ' -f 1 "/run/vns/ns/$1/init"
}

# outside_id NAME: what its id 0 is for the host.
outside_id() {
	awk '{ print $2 }' "/proc/$(init_of "$1")/uid_map"
}

# left_of ID: the processes whose ids are of the range that begins there.
left_of() {
	# ps takes large ids for negative ones; awk would stop at a process that
	# has just ended.
	cat /proc/[0-9]*/status 2>/dev/null |
		awk -v base="$1" '/^Name:/ { name = $2 }
			/^Uid:/ && $2 >= base && $2 < base + 65536 { print name }'
}

# pid_inside PID: its number in the innermost PID namespace.
pid_inside() {
	awk '/^NSpid:/ { print $NF }' "/proc/$1/status"
}

# t_hold NAME KIND: begins a session of alice's in the vserver NAME that waits
# until let_go.
t_hold() {
	local root=$roots/$1 script='echo >/tmp/open; read go </tmp/hold'

	rm -f "$root/tmp/open" "$root/tmp/hold"
	mkfifo -m 666 "$root/tmp/hold"
	case $2 in
	ssh) ssh_key alice "$script" ;;
	ssh-pty) ssh_pty alice "$script" ;;
	ssh-pw) ssh_pw alice "$scene_password" "$script" ;;
	su) limit su alice -c "$script" ;;
	su-l) su_pw bob alice "$scene_password" - -c "$script" ;;
	login) login_pw alice "$scene_password" -e '$ ' -s "$script; exit\n" ;;
	cron) host_cron alice "$script" ;;
	esac >/dev/null 2>&1 &
	holder=$! held=$root/tmp/hold
	t "$2 as alice, in $1: a session is open" \
		wait_for "$step_limit" test -e "$root/tmp/open"
}

# let_go: ends the session that t_hold has begun.
let_go() {
	# Nobody reads it if the session has ended by itself.
	# shellcheck disable=SC2016
	timeout 5 sh -c 'echo go >"$1"' sh "$held"
	wait "$holder"
}

# on_processes PID...: prints every attack on each of them.
on_processes() {
	local pid

	for pid; do
		printf "%s $pid\n" ptrace seize readv writev getfd kcmp perf \
			proc join
	done
}
