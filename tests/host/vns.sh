# shellcheck shell=bash
# Sourced after lib.sh: installs the product on the throwaway host, configures
# it, and wires services.
# shellcheck source-path=SCRIPTDIR

lib_dir=${lib_dir:?source lib.sh first} lib_run=${lib_run:?} programs=${programs:?}
vns_source=$(cd "$lib_dir/../.." && pwd)

# vns_install: builds and installs, once per throwaway host.
vns_install() {
	[[ ! -e $lib_run/installed ]] || return 0
	make -s -C "$vns_source" -j2 install >"$lib_run/install.log" 2>&1 || {
		cat "$lib_run/install.log" >&2
		return 1
	}
	: >"$lib_run/installed"
}

# vns_wire SERVICE...: the lines of pam_vns(8) in /etc/pam.d/SERVICE; MODULE
# in place of pam_vns.so if $vns_module is set.
vns_wire() {
	local service file module=${vns_module:-pam_vns.so}

	for service; do
		file=/etc/pam.d/$service
		[[ -e $file.orig ]] || cp "$file" "$file.orig"
		awk -v module="$module" '
			# After pam_nologin, or as the first account line.
			/pam_nologin/ { print; print line("account"); done = 1
					next }
			/^@include[ \t]+common-account/ && !done {
				print line("account"); done = 1 }
			{ print }
			END { if (!done) print line("account")
			      print line("session") }
			function line(type) {
				return type " requisite " module }
		' "$file.orig" >"$file"
	done
}

# vns_unwire SERVICE...: undoes vns_wire.
vns_unwire() {
	local service

	for service; do
		mv "/etc/pam.d/$service.orig" "/etc/pam.d/$service"
	done
}

# vns_config: standard input becomes pam_vns.conf.
vns_config() {
	mkdir -p /etc/vns/vservers
	cat >/etc/vns/pam_vns.conf
}

# vns_define NAME: standard input becomes the definition of vserver NAME.
vns_define() {
	mkdir -p /etc/vns/vservers
	cat >"/etc/vns/vservers/$1.conf"
}

# pins WORD...: see pins.c. What is not mounted in the host's mount namespace,
# only a process in that of the pins can see.
pins() {
	if [[ ! -x $lib_run/pins ]]; then
		gcc -O2 -std=gnu11 -D_GNU_SOURCE -o "$lib_run/pins" \
			"$programs/pins.c" || return
	fi
	"$lib_run/pins" "$@"
}

# pinned [NAME]: prints how many pins there are, of NAME or of all vservers.
pinned() {
	pins mounts 2>/dev/null | grep -c " /${1:-.*}/mnt[^ ]* "
}

# mnt_of NAME: prints a path of the mount namespace of NAME, which runs. Where
# no process of its own has it, it is pinned in the host's, until vns_clear.
mnt_of() {
	local init=/run/vns/ns/$1/init pin=$lib_run/mnt.$1

	if [[ -e $init ]]; then
		echo "/proc/$(cut -d' ' -f1 "$init")/ns/mnt"
		return
	fi
	umount -q "$pin"
	: >"$pin" && vns ns "$1" mount --bind '{mnt}' "$pin" && echo "$pin"
}

# The keeper is asked for very often: what follows starts no program where the shell
# can look itself.

# keeper: prints the number of the process that holds the keeper's lock; fails if
# there is none.
keeper() {
	local -a fds=()
	local fd pid

	for pid in $(keeper_processes); do
		fds+=("/proc/$pid/fd")
	done
	((${#fds[@]})) || return
	fd=$(find "${fds[@]}" -lname '*/keeper.lock*' -print -quit 2>/dev/null)
	[[ $fd ]] || return
	fd=${fd#/proc/}
	echo "${fd%%/*}"
}

# keeper_processes: prints the numbers of the keeper's processes: its own, those
# of the workers, and those that see to the end of sessions.
keeper_processes() {
	local -a command numbers=()
	local dir

	for dir in /proc/[0-9]*; do
		# A process that has ended has none.
		mapfile -d '' -t command <"$dir/cmdline"
		[[ ${command[*]} =~ (^|/)vns\ keeper(\ --background)?$ ]] &&
			numbers[${dir#/proc/}]=1
	done 2>/dev/null
	# In the order of their numbers.
	((${#numbers[@]} == 0)) || printf '%s\n' "${!numbers[@]}"
}

# worker_waits PID: this process of the keeper's waits for a login: the kernel says
# in which system call a process is, accept4 here.
worker_waits() {
	local accept=242 call=

	[[ $HOSTTYPE != x86_64 ]] || accept=288
	read -r call _ 2>/dev/null <"/proc/$1/syscall"
	[[ $call == "$accept" ]]
} 2>/dev/null

# keeper_workers: prints the numbers of those of its workers that wait for a login.
keeper_workers() {
	local pid

	for pid in $(keeper_processes); do
		! worker_waits "$pid" || echo "$pid"
	done
}

# keeper_at_work: prints the numbers of its processes but its own and the workers
# that wait: they serve a login, or see to the end of a session. Fails if there
# are none.
keeper_at_work() {
	local own pid status=1

	own=$(keeper)
	for pid in $(keeper_processes); do
		[[ $pid == "$own" ]] || worker_waits "$pid" || {
			echo "$pid"
			status=0
		}
	done
	return "$status"
}

# keeper_busy: prints how many these are.
keeper_busy() {
	keeper_at_work | grep -c .
}

# keeper_rests: there is nothing that the keeper has still to do, or no keeper.
keeper_rests() {
	! keeper_at_work
}

# keeper_end: ends the keeper, which stays for some seconds after the last session.
# What its other processes do at that moment goes on.
keeper_end() {
	local pid

	! no_keeper || return 0
	wait_for 5 keeper_rests
	for pid in $(keeper); do
		kill "$pid"
		wait_for 10 is_gone "$pid" || kill -KILL "$pid"
	done
	wait_for 5 no_keeper
}

no_keeper() {
	[[ -z $(keeper_processes) ]]
}

# vns_clear: ends sshd, the vservers and the keeper, and removes all that was
# configured.
vns_clear() {
	local file

	host_sshd_stop
	[[ ! -d /run/vns/ns ]] || for file in /run/vns/ns/*; do
		[[ ! -d $file ]] || vns stop -t 0 "${file##*/}" >/dev/null
	done
	keeper_end
	# What a test has left without its definition.
	rm -rf /run/vns/ns
	for file in /run/vns/ns /run/vns/pins/all "$lib_run"/mnt.*; do
		while umount -l "$file" 2>/dev/null; do
			:
		done
	done
	rm -rf /etc/vns /run/vns /var/lib/vns /MARKER
	rm -rf /srv/vservers/*
	chmod 755 /srv/vservers
	# Users, groups and services are those that the host came with.
	rm -rf /etc/pam.d
	cp -a "$lib_run"/etc/* /etc/
}

# vns_reset: installs, and makes the host as if nothing had been tested on it:
# no vserver, no configuration, no wiring, no sshd. Each test begins so.
vns_reset() {
	vns_install || exit 1
	vns_clear
	host_syslog_start
	log_mark
}
