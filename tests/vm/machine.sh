# shellcheck shell=bash
# Sourced: the virtual machine of $VM_RUN, a directory with image and cache in
# it (see ./run): boots it, talks to it by ssh and on its console, switches it
# off in order or not.

VM_RUN=${VM_RUN:?}
vm_memory=${VM_MEMORY:-3500}
# A login in here takes seconds, one step at most this many.
step_limit=${step_limit:-120}

vm_port() {
	cat "$VM_RUN/port"
}

# --- qemu -----------------------------------------------------------------

# in_qemu CMD...: runs CMD in qemu's tree, where $VM_RUN and the image have the
# paths that they have here.
in_qemu() {
	# shellcheck disable=SC2016
	unshare --mount --propagation private sh -c '
		tree=$1 dir=$2
		shift 2
		mkdir -p "$tree$dir"
		mount --bind "$dir" "$tree$dir"
		mount --rbind /dev "$tree/dev"
		mount -t proc proc "$tree/proc"
		exec chroot "$tree" "$@"' sh "$VM_RUN/cache"/qemu-* \
		"$(realpath "$VM_RUN/cache")" "$@"
}

vm_alive() {
	[[ -s $VM_RUN/pid ]] && kill -0 "$(<"$VM_RUN/pid")" 2>/dev/null
}

# A guest must come somewhere with KVM, which is not so on every machine.
vm_kvm_works() {
	[[ -w /dev/kvm ]] && timeout 40 cat < <(in_qemu timeout 40 \
		qemu-system-x86_64 -accel kvm -cpu host -m 512 -display none \
		-monitor none -no-reboot -kernel "$VM_RUN/image/vmlinuz" \
		-append 'console=ttyS0 panic=-1' -serial stdio \
		</dev/null 2>&1) | grep -qm 1 'Linux version'
}

# Sets accel: qemu's options; it is looked up once for each kernel.
vm_accel() {
	local file

	file=$VM_RUN/cache/accel-$(uname -r)
	if [[ -n ${VM_ACCEL:-} ]]; then
		accel=$VM_ACCEL
	else
		if [[ ! -e $file ]]; then
			if vm_kvm_works; then
				echo kvm
			else
				echo tcg
			fi >"$file"
		fi
		accel=$(<"$file")
	fi
	case $accel in
	kvm) accel=(-accel kvm -cpu host) ;;
	*) accel=(-accel 'tcg,thread=multi' -cpu max) ;;
	esac
}

# A port of 127.0.0.1 that nobody listens on.
vm_free_port() {
	local port

	while :; do
		port=$((20000 + RANDOM % 10000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port" >"$VM_RUN/port"
}

# vm_start: switches it on; its disk is an overlay on the image.
vm_start() {
	local run accel

	run=$(realpath "$VM_RUN")
	vm_accel
	[[ -e $run/disk.qcow2 ]] || in_qemu qemu-img create -q -f qcow2 \
		-F raw -b "$(realpath "$run/image")/base.raw" \
		"$run/disk.qcow2" || return
	vm_free_port
	rm -f "$run"/{serial,monitor,master} "$run/pid"
	: >>"$run/console.log"
	in_qemu setsid qemu-system-x86_64 -name "pam_vns-${run##*/}" \
		"${accel[@]}" -smp 2 -m "$vm_memory" -display none \
		-pidfile "$run/pid" -kernel "$run/image/vmlinuz" \
		-initrd "$run/image/initrd" \
		-append 'root=/dev/vda rw console=ttyS0 quiet net.ifnames=0' \
		-drive "file=$run/disk.qcow2,if=virtio,cache=writeback" \
		-netdev "user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:$(
			vm_port)-:22" -device virtio-net-pci,netdev=n \
		-device virtio-rng-pci -chardev \
		"socket,id=s,path=$run/serial,server=on,wait=off$(
			),logfile=$run/console.log,logappend=on" \
		-serial chardev:s \
		-monitor "unix:$run/monitor,server=on,wait=off" \
		</dev/null >"$run/qemu.log" 2>&1 &
	disown
	vm_until 60 vm_alive
}

# vm_boot: switches it on, and waits until root can log in.
vm_boot() {
	vm_start && vm_up && return
	vm_diagnose
	return 1
}

# vm_up: waits until root can log in.
vm_up() {
	vm_until 480 vm_answers
}

vm_answers() {
	vm_alive && timeout 60 ssh -n "${vm_options[@]}" -p "$(vm_port)" \
		-i "$VM_RUN/image/key" root@127.0.0.1 true
}

# Why it did not come up.
vm_diagnose() {
	{
		cat "$VM_RUN/qemu.log"
		tail -n 20 "$VM_RUN/console.log" | tr -d '\r'
	} 2>/dev/null | sed 's/^/# /'
}

# vm_until SECONDS CMD...: runs CMD until it succeeds; fails if it never does.
vm_until() {
	local end=$((SECONDS + $1))

	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS <= end)) || return 1
		sleep 0.3
	done
}

vm_gone() {
	! vm_alive
}

# vm_cut: a power failure.
vm_cut() {
	vm_hang_up
	! vm_alive || kill -KILL "$(<"$VM_RUN/pid")"
	vm_until 20 vm_gone
}

# vm_off: a shutdown in order, or after two minutes none.
vm_off() {
	vm_alive || return 0
	vm 'systemctl poweroff' >/dev/null 2>&1
	vm_hang_up
	vm_until 120 vm_gone || {
		vm_cut
		return 1
	}
}

# --- ssh ------------------------------------------------------------------

# This key exchange is the cheapest, where the processor is emulated.
vm_options=(-F /dev/null -o KexAlgorithms=curve25519-sha256 -o StrictHostKeyChecking=no -o IdentitiesOnly=yes
	-o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null
	-o LogLevel=ERROR -o ConnectTimeout=30 -o ServerAliveInterval=15
	-o ServerAliveCountMax=8)

# vm [CMD]: root's shell runs CMD. One connection is used for all of them.
vm() {
	timeout "${vm_limit:-$step_limit}" ssh "${vm_options[@]}" \
		-p "$(vm_port)" -i "$VM_RUN/image/key" -o BatchMode=yes \
		-o ControlMaster=auto -o ControlPersist=yes \
		-o "ControlPath=$VM_RUN/master" root@127.0.0.1 "$@"
}

# The next vm makes a connection of its own.
vm_hang_up() {
	timeout 5 ssh -O exit -o "ControlPath=$VM_RUN/master" root@127.0.0.1 \
		>/dev/null 2>&1
	rm -f "$VM_RUN/master"
}

# vm_key USER [ssh's options] [CMD]: a login with a key.
vm_key() {
	local user=$1

	shift
	timeout "$step_limit" ssh "${vm_options[@]}" -p "$(vm_port)" \
		-i "$VM_RUN/image/key" -o BatchMode=yes "$user@127.0.0.1" "$@"
}

# vm_password USER PASSWORD [ssh's options] [CMD]: a login with a password.
vm_password() {
	local user=$1 password=$2

	shift 2
	[[ -e $VM_RUN/askpass ]] || {
		# shellcheck disable=SC2016
		printf '#!/bin/sh\necho "$VM_PASSWORD"\n' >"$VM_RUN/askpass"
		chmod 755 "$VM_RUN/askpass"
	}
	VM_PASSWORD=$password SSH_ASKPASS=$VM_RUN/askpass \
		SSH_ASKPASS_REQUIRE=force timeout "$step_limit" \
		ssh "${vm_options[@]}" -p "$(vm_port)" \
		-o PreferredAuthentications=password \
		-o NumberOfPasswordPrompts=1 "$user@127.0.0.1" "$@"
}

# vm_sftp USER COMMAND: one command of sftp's.
vm_sftp() {
	printf '%s\n' "$2" | timeout "$step_limit" sftp -q -b - \
		"${vm_options[@]}" -P "$(vm_port)" -i "$VM_RUN/image/key" \
		"$1@127.0.0.1"
}

# vm_put DIR FILE...: copies files into a directory of the machine's.
vm_put() {
	local dir=$1

	shift
	tar -cf - --transform 's|.*/||' -P "$@" |
		vm "mkdir -p $dir && tar -C $dir --no-same-owner -xf -"
}

# --- console --------------------------------------------------------------

# console_mark: console_wait looks at what comes from here on.
console_mark() {
	console_offset=$(($(stat -c %s "$VM_RUN/console.log") + 1))
}

console_since() {
	tail -c "+${console_offset:-1}" "$VM_RUN/console.log" | tr -d '\r'
}

console_has() {
	console_since | grep -Eqa -- "$1"
}

# console_wait REGEX [SECONDS]: waits for a line of ttyS0's.
console_wait() {
	vm_until "${2:-$step_limit}" console_has "$1"
}

# console_type TEXT: types TEXT and Return.
console_type() {
	printf '%s\r' "$1" | in_qemu timeout 5 socat -t 1 - \
		"UNIX-CONNECT:$(realpath "$VM_RUN")/serial" >/dev/null
}
