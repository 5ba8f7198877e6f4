# shellcheck shell=bash
# Sourced after scene.sh: a directory service on the throwaway host, with slapd,
# nslcd and the NSS and PAM modules that ask it; and its people, who have no
# account on the host nor in a vserver.
# shellcheck source-path=SCRIPTDIR

lib_run=${lib_run:?source scene.sh first} roots=${roots:?}
scene_password=${scene_password:?}
ldap_dir=$lib_run/ldap
ldap_base=dc=example,dc=net
ldap_admin=cn=admin,$ldap_base

# ldap_start: starts slapd on 127.0.0.1, with what is in its database.
ldap_start() {
	slapd -f "$ldap_dir/slapd.conf" -h ldap://127.0.0.1/ &&
		wait_for 10 ldap_answers
}

ldap_answers() {
	ldapsearch -x -H ldap://127.0.0.1/ -s base -b "$ldap_base" dn
}

# ldap_stop: ends slapd, even one that hangs.
ldap_stop() {
	daemon_stop "$ldap_dir/slapd.pid"
}

# daemon_stop PIDFILE: ends that daemon, and returns when it is gone.
daemon_stop() {
	local pid

	pid=$(cat "$1" 2>/dev/null) || return 0
	kill -TERM "$pid" 2>/dev/null
	kill -CONT "$pid" 2>/dev/null
	wait_for 10 test ! -e "/proc/$pid"
}

# ldap_stage: standard input, LDIF, becomes what is in the directory.
ldap_stage() {
	rm -rf "$ldap_dir"
	mkdir -p "$ldap_dir/db" /run/nslcd
	chown nslcd: /run/nslcd
	cat >"$ldap_dir/slapd.conf" <<-END
	include /etc/ldap/schema/core.schema
	include /etc/ldap/schema/cosine.schema
	include /etc/ldap/schema/nis.schema
	loglevel 0
	pidfile $ldap_dir/slapd.pid
	argsfile $ldap_dir/slapd.args
	modulepath /usr/lib/ldap
	moduleload back_mdb
	database mdb
	suffix "$ldap_base"
	rootdn "$ldap_admin"
	rootpw secret
	directory $ldap_dir/db
	index objectClass,uid,uidNumber,gidNumber,memberUid,member,cn eq
	END
	slapadd -q -f "$ldap_dir/slapd.conf"
}

# ldap_change: does standard input, LDIF, to the directory.
ldap_change() {
	ldapmodify -x -H ldap://127.0.0.1/ -D "$ldap_admin" -w secret
}

# member add|delete USER GROUP: puts USER into GROUP, or takes them out of it.
member() {
	ldap_change >/dev/null <<-END
	dn: cn=$3,$ldap_base
	changetype: modify
	$1: memberUid
	memberUid: $2
	END
}

# nslcd_start [LINE]...: starts nslcd, which gives up soon, with each LINE added
# to its configuration.
nslcd_start() {
	nslcd_stop
	[[ -e /etc/nslcd.conf.orig ]] ||
		cp -a /etc/nslcd.conf /etc/nslcd.conf.orig
	cat >/etc/nslcd.conf <<-END
	uid nslcd
	gid nslcd
	uri ldap://127.0.0.1/
	base $ldap_base
	nss_nested_groups yes
	bind_timelimit 1
	timelimit 1
	reconnect_sleeptime 1
	reconnect_retrytime 1
	END
	printf '%s\n' "$@" >>/etc/nslcd.conf
	nslcd && wait_for 10 nslcd --check
}

nslcd_stop() {
	daemon_stop /run/nslcd/nslcd.pid
}

# ldap_wire: from now on users, groups and passwords are also the directory's.
ldap_wire() {
	local file

	for file in /etc/nsswitch.conf /etc/pam.d/common-*; do
		[[ -e $file.orig || $file == *.orig ]] ||
			cp -a "$file" "$file.orig"
	done
	sed -i -E 's/^((passwd|group|shadow):).*/\1 files ldap/' \
		/etc/nsswitch.conf
	pam-auth-update --package --enable ldap
}

# ldap_unwire: ends the daemons, and makes the host as it was.
ldap_unwire() {
	local file

	nslcd_stop
	ldap_stop
	for file in /etc/nsswitch.conf /etc/nslcd.conf /etc/pam.d/common-*; do
		[[ ! -e $file.orig ]] || mv "$file.orig" "$file"
	done
}

# --- the people --------------------------------------------------------------

# person NAME UID GID: a user of the directory, with the password of a scene.
person() {
	cat <<-END
	dn: uid=$1,$ldap_base
	objectClass: account
	objectClass: posixAccount
	uid: $1
	cn: $1
	uidNumber: $2
	gidNumber: $3
	homeDirectory: /home/$1
	loginShell: /bin/sh
	userPassword: $scene_password

	END
}

# group NAME GID [LINE]...: a group of the directory, whose members LINEs name.
group() {
	cat <<-END
	dn: cn=$1,$ldap_base
	objectClass: posixGroup
	objectClass: extensibleObject
	cn: $1
	gidNumber: $2
	END
	printf '%s\n' "${@:3}" ""
}

# people: all that is in the directory.
people() {
	local -a many

	mapfile -t many < <(seq -f 'memberUid: member%g' 1 1000)
	printf '%s\n' "dn: $ldap_base" 'objectClass: domain' 'dc: example' ''
	person lena 7001 7500
	person lars 7002 7500
	person luca 7003 7501
	group tenants 7500
	group others 7501
	group customers 7502 'memberUid: lena'
	group fulls 7503 'memberUid: lars'
	group inner 7504 "member: uid=lena,$ldap_base"
	group outer 7505 "member: cn=inner,$ldap_base"
	group large 7506 "${many[@]}" 'memberUid: lena'
	group crew 7507 'memberUid: bob'
	group nobodys 7508
}

# homes_in NAME [USER UID]...: homes in a vserver's root directory, where nobody
# has an account.
homes_in() {
	local root=$roots/$1

	shift
	while (($#)); do
		install -d -m 755 -o "$2" -g 7500 "$root/home/$1"
		shift 2
	done
}

# directory_set_up: the directory is up, and logins ask it.
directory_set_up() {
	local user

	chmod 700 "$roots"
	echo "this is the host" >/MARKER
	people | ldap_stage || exit 1
	ldap_wire
	echo FAIL_DELAY 0 >/etc/default/su
	t "slapd answers" ldap_start
	# shellcheck disable=SC2119
	t "nslcd answers" nslcd_start
	for user in lena lars luca; do
		host_authorize "$user"
	done
	# shellcheck disable=SC2119
	t "sshd answers" host_sshd_start
}

# where USER: the marker of the place to which su brings USER, if any.
where() {
	limit su "$1" -c 'cat /MARKER' 2>/dev/null
}

# t_where CIRCUMSTANCE USER PLACE: passes if su brings USER to PLACE, a vserver
# or "the host".
t_where() {
	t_is "$1: su as $2: /MARKER is that of $3" "$(where "$2")" "this is $3"
}

# The ways in: way_NAME USER SCRIPT.
way_ssh() { ssh_key "$1" "$2"; }
way_ssh_password() { ssh_pw "$1" "$scene_password" "$2"; }
way_ssh_pty() { ssh_pty "$1" "$2"; }
way_su() { limit su - "$1" -c "$2"; }
way_su_user() { su_pw bob "$1" "$scene_password" - -c "$2"; }
way_login() { login_pw "$1" "$scene_password" -e '$ ' -s "$2; exit\n"; }
way_cron() { host_cron "$1" "$2"; }
