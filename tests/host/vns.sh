# shellcheck shell=bash
# Sourced after lib.sh: installs the product on the throwaway host, configures
# it, and wires services.
# shellcheck source-path=SCRIPTDIR

lib_dir=${lib_dir:?source lib.sh first} lib_run=${lib_run:?}
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

# vns_clear: ends sshd and the vservers, and removes all that was configured.
vns_clear() {
	local file

	host_sshd_stop
	[[ ! -d /run/vns/ns ]] || for file in /run/vns/ns/*; do
		[[ ! -d $file ]] || vns stop -t 0 "${file##*/}" >/dev/null
	done
	# What a test has left without its definition.
	while umount -l /run/vns/ns 2>/dev/null; do
		:
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
