# shellcheck shell=sh
# Before a package of pam_vns is removed: takes out of /etc/pam.d what "vns
# enable" has put there, or says in a sentence why the package stays.

# vns_refuse SENTENCE: nothing has been changed, and the package stays.
vns_refuse() {
	printf 'pam_vns is not removed: %s\n' "$1" >&2
	exit 1
}

# vns_naming: the lines that name the module, as FILE:LINE.
vns_naming() {
	grep -rsE --exclude='*.dpkg-*' --exclude='*.rpm*' \
		'^[^#]*pam_vns\.so' /etc/pam.d /etc/pam.conf /usr/lib/pam.d
}

# vns_files: the files of such lines, in one line.
vns_files() {
	cut -d: -f1 | sort -u | tr '\n' ' '
}

# vns_enabled: the services that "vns enable" has wired, one a line, also if
# their lines are gone, or not noted.
vns_enabled() {
	{
		ls /var/lib/vns/enabled 2>/dev/null || :
		grep -rsl '# vns enable' /etc/pam.d | grep -v '\.dpkg-\|\.rpm' |
			sed 's|.*/||'
	} | sort -u
}

# vns_running: native vservers that run, or have left something behind. A
# directory of another run_dir counts, too.
vns_running() {
	for dir in /run/vns "$(sed -n \
		's/^[[:space:]]*run_dir[[:space:]]*=[[:space:]]*"\(.*\)".*/\1/p' \
		/etc/vns/pam_vns.conf 2>/dev/null)"; do
		for name in "$dir"/ns/*/; do
			[ ! -d "$name" ] || basename "$name"
		done
	done | sort -u | tr '\n' ' '
}

# vns_open: the sessions that are open, one a line. Where the configuration is
# broken, vns cannot tell which of the records are still true.
vns_open() {
	if open=$(vns sessions 2>/dev/null); then
		printf '%s\n' "$open" | sed 1d
	else
		ls /run/vns/sessions 2>/dev/null || :
	fi
}

vns_before_removal() {
	found=$(vns_naming | grep -v '# vns enable' | vns_files)
	[ -z "$found" ] || vns_refuse "these files have lines with pam_vns.so \
that \"vns enable\" has not put there, and a login through a missing module \
fails. Take these lines out first: $found"
	found=$(vns_running)
	[ -z "$found" ] || vns_refuse "vservers run, and nothing could stop them \
afterwards. Stop them first, which ends the sessions in them (vns stop --all): \
$found"
	found=$(vns_open | wc -l)
	[ "$found" -eq 0 ] || vns_refuse "$found sessions are open (vns \
sessions), and their close hooks would not be run. Have them end first."
	services=$(vns_enabled)
	[ -n "$services" ] || return 0
	# All of them or none.
	# shellcheck disable=SC2086
	found=$(vns disable --dry-run $services 2>&1 >/dev/null) ||
		vns_refuse "$found"
	# shellcheck disable=SC2086
	vns disable $services ||
		vns_refuse "a service cannot be disabled, see above."
	found=$(vns_naming | vns_files)
	[ -z "$found" ] || vns_refuse "these files still name it: $found"
	echo 'Users whom pam_vns has placed log in to the host from now on.'
}
