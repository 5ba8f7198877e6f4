# shellcheck shell=bash
# Sourced after scene.sh by the tests of "vns enable" and "vns disable": the
# stacks as they were, and where a login lands.
# shellcheck source-path=SCRIPTDIR

lib_run=${lib_run:?source scene.sh first}
pamd=/etc/pam.d
kept=$lib_run/pam.d
# For those who source this.
# shellcheck disable=SC2034
{
	# What a login says of where it is.
	where='stat -c %d:%i /; cat /MARKER 2>/dev/null || :'
	host_root=$(stat -c %d:%i /)
}

# keep_stacks: keeps all of /etc/pam.d in $kept, with pam_systemd in
# common-session, as pam-auth-update has it where libpam-systemd is installed.
keep_stacks() {
	grep -q pam_systemd "$pamd/common-session" ||
		echo 'session optional pam_systemd.so' >>"$pamd/common-session"
	rm -rf "$kept"
	cp -a "$pamd" "$kept"
}

# same SERVICE [DIR]: its file is as in $kept, or as in DIR.
same() {
	cmp "$pamd/$1" "${2:-$kept}/$1"
}

# untouched: all files are as in $kept, and there is no other.
untouched() {
	diff -r "$pamd" "$kept"
}

# ours SERVICE: the types of our lines in its file, and how many session lines
# follow.
ours() {
	awk '/pam_vns\.so/ { printf "%s ", $1; n = 0; next }
		/^-?session|^@include/ { n++ }
		END { print n + 0 }' "$pamd/$1"
}

# forget SERVICE: its file is as in $kept again, and no copy of it is left.
forget() {
	cp -p "$kept/$1" "$pamd/$1"
	rm -f "/var/lib/vns/pam.d/$1"
}
