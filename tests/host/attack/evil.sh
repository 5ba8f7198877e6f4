# shellcheck shell=bash
# Sourced after scene.sh by tests in which a tenant controls every file of the
# vserver acme: hostile libraries, name services, catalogues and accounts, and
# alice's sessions by every way. Who loads one of the libraries is told in $log.
# shellcheck source-path=SCRIPTDIR

lib_dir=${lib_dir:?source scene.sh first} lib_run=${lib_run:?}
programs=${programs:?} step_limit=${step_limit:?} scene_password=${scene_password:?}
built=$lib_run/evil
root=${roots:?}/acme
log=$root/EVIL/log
multiarch=$(gcc -print-multiarch)
pam_dir=/usr/lib/$multiarch/security
libs=$root/usr/lib/$multiarch
kinds=(ssh-key ssh-key-pty ssh-pw ssh-pw-pty su su-l su-pw su-l-pw
	login cron)

# --- the tenant -----------------------------------------------------------

build() {
	gcc -O2 -std=gnu11 -D_GNU_SOURCE "$@"
}

build_evil() {
	local module

	mkdir -p "$built"
	for module in evil vns; do
		build -shared -fPIC -DMODULE=$module \
			-o "$built/libnss_$module.so.2" \
			"$programs/evil.c" || return
	done
	build -static -o "$built/ids" "$programs/ids.c" &&
		build -static -o "$built/nscd" "$programs/nscd.c" &&
		build -o "$built/catalogue" "$programs/catalogue.c"
}

# evil_scene: acme is an innocent Debian with alice, whose log everybody can
# write to; sshd is wired and does not run. acme and sshd are started by the
# test.
evil_scene() {
	scene "user bob, vserver acme of debian for alice," \
		"wired sshd su login cron"
	t "the hostile libraries are built" build_evil
	install -d -m 1777 "$root/EVIL" "$root/EVIL/lib"
	install -m 666 /dev/null "$log"
	install -m 755 "$built/ids" "$built/nscd" "$root/bin"
	groupadd -g 6001 project
	usermod -aG project alice
	# Which languages this machine has is not known, but it shall have this
	# one.
	cp -rT /usr/lib/locale/C.utf8 /usr/lib/locale/de_DE.utf8
	# Without this file pam_env complains, in words that libc then has
	# looked for already.
	: >>/etc/default/locale
	# What the kernel says of a session of alice's that is as it should be.
	right="uid=5001,5001,5001 gid=5001,5001,5001 groups=5001,6001"
	right+=" root=$(stat -c %d:%i "$root")"
}

# evil_sshd: a real sshd that speaks German.
evil_sshd() {
	LANG=de_DE.UTF-8 host_sshd_start 'AcceptEnv LANG'
}

plant() {
	rm -f "$2"
	cp "$built/$1" "$2"
}

# corrupt_libraries: whatever a program of the host's could load by name is
# evil, wherever it would look. Programs inside need libc alone.
corrupt_libraries() {
	local file

	for file in libnss_{files,dns,db,nis,compat,systemd}.so.2 \
		libgcc_s.so.1 libconfuse.so.2 libpam.so.0 libaudit.so.1 \
		libcap-ng.so.0 libidn2.so.0 libresolv.so.2; do
		plant libnss_evil.so.2 "$libs/$file"
	done
	plant libnss_vns.so.2 "$libs/libnss_vns.so.2"
	for file in {"$pam_dir","$libs/security"}/*.so; do
		plant libnss_evil.so.2 "$libs/security/${file##*/}"
	done
	for file in "$libs"/gconv/*.so; do
		plant libnss_evil.so.2 "$file"
	done
	# This one is found by way of ld.so.cache alone.
	plant libnss_evil.so.2 "$root/EVIL/lib/libnss_evil.so.2"
	echo /EVIL/lib >"$root/etc/ld.so.conf"
	ldconfig -r "$root" 2>/dev/null
	# The user's own programs load it too, which shows that the log works.
	echo /EVIL/lib/libnss_evil.so.2 >"$root/etc/ld.so.preload"
}

corrupt_nsswitch() {
	local database

	for database in passwd group initgroups shadow gshadow netgroup hosts \
		services protocols networks rpc ethers aliases publickey; do
		echo "$database: evil vns systemd db"
	done >"$root/etc/nsswitch.conf"
}

# corrupt_messages: the catalogue translates the name of a signal, and says that
# it is in a character set whose converter is evil.
corrupt_messages() {
	local dir=$root/usr/share/locale/de/LC_MESSAGES

	mkdir -p "$dir"
	"$built/catalogue" ISO-8859-2 "Segmentation fault" >"$dir/libc.mo"
	rm -f "$libs/gconv/gconv-modules.cache"
}

# corrupt_accounts: by the usual files, alice is root, and may read disks.
corrupt_accounts() {
	printf '%s\n' 'passwd: files' 'group: files' \
		>"$root/etc/nsswitch.conf.new"
	mv "$root/etc/nsswitch.conf.new" "$root/etc/nsswitch.conf"
	sed -i 's/^alice:.*/alice:x:0:0::\/home\/alice:\/bin\/sh/' \
		"$root/etc/passwd"
	sed -i 's/^disk:.*/disk:x:6:alice/' "$root/etc/group"
}

# nscd_start OPTION...: starts the tenant's name service cache, where programs
# would ask; with these OPTIONs nsenter gets inside.
nscd_start() {
	nsenter "$@" /bin/sh -c \
		'mkdir -p -m 777 /run/nscd && rm -f /run/nscd/socket'
	# It does not run as root: what root does is looked for in its log.
	nsenter "$@" --setuid 65534 --setgid 65534 /bin/nscd \
		/run/nscd/socket /EVIL/log >/dev/null 2>&1 &
	echo "$!" >"$built/nscd.pid"
	wait_for 5 nsenter "$@" /bin/sh -c 'test -S /run/nscd/socket'
}

nscd_stop() {
	local pid

	pid=$(<"$built/nscd.pid")
	kill "$pid"
	wait_for 5 is_gone "$pid"
}

# --- those who log in -----------------------------------------------------

# login_german CMD: alice's CMD through login, which speaks German. $prompt is
# what the shell prints, if it is not "$ ".
login_german() {
	ptyrun -t "$step_limit" -e 'ogin:' -s 'alice\n' \
		-e assw -s "$scene_password\n" \
		-e "${prompt:-$ }" -s "$1; exit\n" -- \
		env -i PATH="$PATH" TERM=dumb LANG=de_DE.UTF-8 login
}

cron_output() {
	rm -f "$root/EVIL/cron"
	host_cron alice "($1) >/EVIL/cron 2>&1" && cat "$root/EVIL/cron"
}

# session KIND CMD: runs CMD as alice by the way KIND, and prints what it says.
session() {
	case $1 in
	ssh-key) ssh_key alice "$2" ;;
	ssh-key-pty) ssh_pty alice "$2" ;;
	ssh-pw) ssh_pw alice "$scene_password" "$2" ;;
	ssh-pw-pty) ssh_pw alice "$scene_password" -tt "$2" ;;
	su) LANG=de_DE.UTF-8 limit su alice -c "$2" ;;
	su-l) LANG=de_DE.UTF-8 limit su - alice -c "$2" ;;
	su-pw) su_pw bob alice "$scene_password" -c "$2" ;;
	su-l-pw) su_pw bob alice "$scene_password" - -c "$2" ;;
	login) login_german "$2" ;;
	cron) cron_output "$2" ;;
	esac
}

# ids KIND: what the kernel says of alice's session.
ids() {
	session "$1" /bin/ids 2>&1 |
		sed -n 's/.*ids \(uid=.* root=[^ ]*\) .*/\1/p'
}

forget() {
	: >"$log"
}

# t_safe KIND WHAT: alice's session is inside and has the ids that the host
# says, and by_host, which the test defines, finds nothing that was loaded.
t_safe() {
	forget
	t_is "$2, $1 as alice: is inside, with the host's ids" \
		"$(ids "$1")" "$right"
	t_is "$2, $1 as alice: no program of the host's loads the tenant's" \
		"$(by_host)" ""
}

# t_hostile_files OPTION...: by every way, nothing of the tenant's is loaded or
# asked that is planted here; with these OPTIONs nsenter gets inside.
t_hostile_files() {
	local kind

	corrupt_libraries
	corrupt_nsswitch
	corrupt_messages
	t "the tenant's nscd is started" nscd_start "$@"
	for kind in "${kinds[@]}"; do
		t_safe "$kind" "hostile libraries"
		t_like "hostile libraries, $kind as alice: the user's own programs load them" \
			"$(<"$log")" 'uid=5001 .*libnss_evil.so.2 loaded'
	done
	forget
	session su-l 'getent passwd alice' >/dev/null
	t_like "hostile nscd, su -l as alice: the user's own programs ask it" \
		"$(<"$log")" 'uid=5001 [^/]* nscd'
	# To those in a user namespace the host's root is nobody.
	t_unlike "hostile nscd, su -l as alice: su, which is root, does not ask it" \
		"$(<"$log")" 'uid=(0|65534) [^/]* nscd'
	nscd_stop
	forget
	# shellcheck disable=SC2016
	t_is "hostile catalogue: su says of a signal what libc says without one" \
		"$(session su-l 'kill -SEGV $$' 2>&1)" "Segmentation fault"
	t_is "hostile catalogue: su loads no converter of the tenant's" \
		"$(by_host)" ""
}

# t_hostile_accounts: nothing of corrupt accounts is believed either.
t_hostile_accounts() {
	local kind

	corrupt_accounts
	for kind in "${kinds[@]}"; do
		t_safe "$kind" "hostile passwd and group"
	done
}
