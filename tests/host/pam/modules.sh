# shellcheck shell=bash
# Sourced by the tests of the other session modules, t-modules-*: their scene,
# in which host and tenant say something different wherever a module may ask,
# and the stacks of services that they write.

# shellcheck source=tests/host/scene.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scene.sh"

root=$roots/acme
modules=/usr/lib/$(gcc -print-multiarch)/security
# From Debian 13 on there is another module in its place, with a database.
lastlog=pam_lastlog logged=/var/log/lastlog
# shellcheck disable=SC2034
[[ ! -e $modules/pam_lastlog2.so ]] ||
	lastlog=pam_lastlog2 logged=/var/lib/lastlog/lastlog2.db

# Of /etc, what the scene changes and modules_end brings back.
changed=(environment login.defs motd security update-motd.d)

# modules_scene: alice and carol are placed in acme, and bob is not; no service
# has lines of ours yet.
modules_scene() {
	local name

	scene "user bob, vserver acme for alice carol"
	rm -rf "$lib_run/modules"
	mkdir "$lib_run/modules"
	(cd /etc && cp -a "${changed[@]}" "$lib_run/modules") 2>/dev/null
	echo "this is the host" >/MARKER
	rm -rf /etc/update-motd.d/* /etc/security/limits.d/*
	# Debian 13's pam_umask makes the group's share the owner's.
	policies '' host 333 007
	policies "$root" tenant 222 001
	# shellcheck disable=SC2016
	printf '#!/bin/sh\necho "$(id -u) $(cat /MARKER)" >/run/motd.ran\n' \
		>/etc/update-motd.d/50-test
	chmod 755 /etc/update-motd.d/50-test
	# What tenants would have run by others: a trace of who has.
	for name in trace mkhomedir_helper; do
		program "$name" <<-'END'
		echo "${0##*/} $(id -ru) $(id -u)" >>/tmp/ran
		END
	done
	program facts <<-'END'
	cat /MARKER
	for limit in -Sn -Hn; do ulimit $limit; done
	umask
	echo "LETTER $LETTER MAIL $MAIL"
	export -p | grep -E 'XDG|DBUS'
	cat /proc/self/loginuid 2>/dev/null
	echo
	END
	cp "$root/bin/facts" /usr/local/bin/facts
}

# modules_end: the host's policies are again what they were.
modules_end() {
	(cd /etc && rm -rf "${changed[@]}")
	cp -a "$lib_run"/modules/* /etc/
	rm -f /usr/local/bin/facts
	finish
}

# program NAME: standard input is a shell script of the tenant's.
program() {
	rm -f "$root/bin/$1"
	{
		echo '#!/bin/busybox sh'
		cat
	} >"$root/bin/$1"
	chmod 755 "$root/bin/$1"
}

# policies DIR WHOSE NOFILE UMASK: what the host says, or what the tenant says,
# wherever a module may ask.
policies() {
	mkdir -p "$1"/etc/{security,update-motd.d} "$1/var/mail"
	echo "LETTER=$2" >"$1/etc/environment"
	: >"$1/etc/security/pam_env.conf"
	printf '%s - nofile %s\n' '*' "$3" >"$1/etc/security/limits.conf"
	printf 'UMASK %s\nUSERGROUPS_ENAB no\n' "$4" >"$1/etc/login.defs"
	echo "the motd of the $2" >"$1/etc/motd"
}

# stack SERVICE: its session lines are those of standard input, without the
# word "session"; OURS is the module.
stack() {
	{
		echo 'auth sufficient pam_rootok.so'
		echo 'auth required pam_unix.so'
		echo 'account required pam_unix.so'
		echo 'account requisite pam_vns.so'
		sed -n 's/OURS/requisite pam_vns.so/; /./s/^/session /p'
	} >"/etc/pam.d/$1"
}

# as_alice [CMD]: what CMD, or /MARKER, says in a session of su.
as_alice() {
	su alice -c "${1:-cat /MARKER}" 2>&1
}

# ran: what has run by which a tenant shows that others have run it.
ran() {
	cat "$root/tmp/ran" 2>/dev/null
}

# seen USER: what the host's lastlog says.
seen() {
	local reader=lastlog

	[[ $lastlog == pam_lastlog ]] || reader=lastlog2
	"$reader" -u "$1" | tail -n 1
}
