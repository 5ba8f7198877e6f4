# shellcheck shell=bash
# Sourced after scene.sh by the tests of "vns doctor": a host where all is well,
# and how what the doctor says is looked at.
# shellcheck source-path=SCRIPTDIR

lib_run=${lib_run:?source scene.sh first} step_limit=${step_limit:-}
# For those who source this.
# shellcheck disable=SC2034
{
	root=${roots:?}/acme
	sshd_config=/etc/ssh/sshd_config
	account='account requisite pam_vns.so'
	session='session requisite pam_vns.so'
	# By which somebody can become alice: where all is well, they are wired.
	services="sshd su login cron atd sudo sudo-i vsftpd"
}
tiocsti=/proc/sys/dev/tty/legacy_tiocsti

# make_well: what else is well on a host in whose scene vserver acme is for
# alice and $services are wired. make_as_before undoes it.
make_well() {
	# A side door, and so a warning, of every Debian 13: t-doors-* are about
	# those.
	rm -f /usr/bin/run0
	cp "$sshd_config" "$lib_run/sshd_config"
	mkdir -p /run/sshd /etc/systemd/system
	# shellcheck disable=SC2119
	good_sshd
	grep -q ^session_support=YES /etc/vsftpd.conf ||
		echo session_support=YES >>/etc/vsftpd.conf
	ln -sf /dev/null /etc/systemd/system/user@.service
	[[ ! -e $tiocsti ]] || fake "$tiocsti" 0
}

make_as_before() {
	cp "$lib_run/sshd_config" "$sshd_config"
	[[ ! -e $tiocsti ]] || umount "$tiocsti"
	rm -f /etc/systemd/system/user@.service
}

# good_sshd [LINE]...: sshd's configuration, with these lines besides.
# shellcheck disable=SC2120
good_sshd() {
	printf '%s\n' "UsePAM yes" "Subsystem sftp internal-sftp" \
		"AuthorizedKeysFile /etc/ssh/authorized_keys/%u" \
		"X11Forwarding no" "$@" >"$sshd_config"
}

good_config() {
	vns_config <<<"${scene_rules:?}"
	define acme
}

# fake PATH VALUE: what a file of /proc says, for this host only.
fake() {
	local file

	file=$(mktemp)
	echo "$2" >"$file"
	mount --bind "$file" "$1"
}

# look [ARGUMENT]...: what "vns doctor" says is in $said, its status in $code.
look() {
	# shellcheck disable=SC2034
	code=0
	# shellcheck disable=SC2034
	said=$(vns doctor "$@" 2>&1) || code=$?
}

# lines STATE ID: those of what was said.
lines() {
	grep -E "^($1) +$2 " <<<"$said"
}

# ill CIRCUMSTANCE STATE ID REGEX: a line that matches was said, with a remedy.
ill() {
	local what="vns doctor, $1: $2 $3, with a remedy"

	if lines "$2" "$3" | grep -E '; .' | grep -Eq -- "$4"; then
		pass "$what"
	else
		fail "$what" "expected: $2 $3 $4; REMEDY" "$said"
	fi
}

# well CIRCUMSTANCE ID [REGEX]: a check passed, and none of it failed, among the
# lines that match.
well() {
	local what="vns doctor, $1: ok $2"

	if lines ok "$2" | grep -Eq -- "${3:-}" &&
		! lines 'WARN|FAIL' "$2" | grep -Eq -- "${3:-}"; then
		pass "$what"
	else
		fail "$what" "expected: ok $2 ${3:-}, and nothing else of it" \
			"$said"
	fi
}
