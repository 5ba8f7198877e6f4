# shellcheck shell=bash
# Sourced after lib.sh: a directory service on the throwaway host, with slapd,
# nslcd and the NSS and PAM modules that ask it.

lib_run=${lib_run:?source lib.sh first}
ldap_dir=$lib_run/ldap
ldap_base=dc=example,dc=net
ldap_admin=cn=admin,$ldap_base

# ldap_start: slapd on 127.0.0.1, with what is in its database.
ldap_start() {
	slapd -f "$ldap_dir/slapd.conf" -h ldap://127.0.0.1/ &&
		wait_for 10 ldap_answers
}

ldap_answers() {
	ldapsearch -x -H ldap://127.0.0.1/ -s base -b "$ldap_base" dn
}

# ldap_stop: also one that hangs.
ldap_stop() {
	daemon_stop "$ldap_dir/slapd.pid"
}

# daemon_stop PIDFILE: returns when it is gone.
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

# ldap_change: standard input, LDIF, is done to the directory.
ldap_change() {
	ldapmodify -x -H ldap://127.0.0.1/ -D "$ldap_admin" -w secret
}

# nslcd_start [LINE]...: nslcd, with each LINE added to its configuration.
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
	END
	printf '%s\n' "$@" >>/etc/nslcd.conf
	nslcd && wait_for 10 nslcd --check
}

nslcd_stop() {
	daemon_stop /run/nslcd/nslcd.pid
}

# ldap_wire: users, groups and passwords are also the directory's.
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

# ldap_unwire: the host as it was.
ldap_unwire() {
	local file

	nslcd_stop
	ldap_stop
	for file in /etc/nsswitch.conf /etc/nslcd.conf /etc/pam.d/common-*; do
		[[ ! -e $file.orig ]] || mv "$file.orig" "$file"
	done
}
