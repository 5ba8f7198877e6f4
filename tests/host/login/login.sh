# shellcheck shell=bash
# Sourced after scene.sh by the tests of what a session is: t-login-*.

roots=${roots:?source scene.sh first}
# The caller of the tests may have set these, and a session could inherit them.
unset "${!XDG_@}" DBUS_SESSION_BUS_ADDRESS KRB5CCNAME

# set_shell USER NAME SHELL: USER has this shell on the host and in vserver NAME.
set_shell() {
	usermod -s "$3" "$1" 2>/dev/null &&
		sed -i "/^$1:/s|[^:]*\$|$3|" "$roots/$2/etc/passwd"
}

# decisions USER: waits for the log lines of pam_vns's sessions since log_mark,
# as syslogd may not be done with the first, and prints them.
decisions() {
	log_wait "pam_vns\([a-z-]+:session\): [a-z]+ user=$1 " 5
}

# mounts_mark: only_pins compares with the mounts that the host has now.
mounts_mark() {
	mounts_before=$(</proc/self/mountinfo)
}

# changed_mounts: prints where something was mounted since mounts_mark, and with
# "gone: " where it was unmounted.
changed_mounts() {
	diff <(echo "$mounts_before") /proc/self/mountinfo |
		sed -n 's/^> //p; s/^< /gone: /p' | cut -d' ' -f5 | sort
}

# only_pins NAME...: when all sessions are over, they must have left nothing on
# the host but these vservers, which run and which this stops.
only_pins() {
	t_is "after all sessions: the host's only new mounts are the pin of all vservers" \
		"$(changed_mounts)" $'/run/vns/pins/all\n/run/vns/pins/all'
	t_is "after all sessions: in there, the vservers that are pinned are $*" \
		"$(pins mounts | grep -o ' /[^/ ]*/mnt[^ ]* ' | sort | xargs)" \
		"$(printf '/%s/mnt\n' "$@" | sort | xargs)"
	t "vns stop $*: succeeds after all sessions" vns stop -t 0 "$@"
	t_is "after vns stop: there is no new mount" "$(changed_mounts)" ""
}
