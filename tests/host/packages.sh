# shellcheck shell=bash
# Sourced by ./throwaway: the packages that its host has and the machine has not,
# a Debian tree for vservers, and the sshd of the release's backports. Each is
# kept in $cache. It has set -e, and the variables.
# shellcheck disable=SC2154,SC2164

# Runs a function with the overlay, and in it what apt and debootstrap need.
with_network() {
	mount_layers
	mount_system
	# What packages set with sysctl would be set on the machine.
	mount --bind /proc/sys root/proc/sys
	mount -o remount,bind,ro root/proc/sys
	# Container engines mount this file; the overlay sees what is below.
	rm -f root/etc/resolv.conf
	! [[ -e /etc/resolv.conf ]] || cat /etc/resolv.conf >root/etc/resolv.conf
	"$@"
	# Whatever a package left running holds the overlay.  All that -1 can
	# reach is this pid namespace.
	[[ $$ != 1 ]] || kill -KILL -1 2>/dev/null || true
	umount -R root
}

in_root() {
	local -a env=(PATH="$PATH" HOME=/root LANG=C.UTF-8 LC_ALL=C.UTF-8
		DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true)
	local name

	# This machine's way to the package mirror, if it needs one.
	for name in $(compgen -e); do
		case $name in
		*_proxy | *_PROXY | SSL_CERT_*) env+=("$name=${!name}") ;;
		esac
	done
	env -i "${env[@]}" chroot root "$@" </dev/null
}

missing_packages() {
	local -A have=()
	local status name

	while read -r status name; do
		[[ $status != ii ]] || have[$name]=1
	done <<<"$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n')"
	missing=()
	for name in "${pkgs[@]}"; do
		[[ -n ${have[$name]:-} ]] || missing+=("$name")
	done
}

apt_install() {
	in_root apt-get -q -y --no-install-recommends \
		-o Dpkg::Options::=--force-confdef \
		-o Dpkg::Options::=--force-confold \
		-o Dpkg::Use-Pty=0 install "$@"
}

install_failed() {
	local name

	tail -n 30 apt.log >&2
	for name in "${missing[@]}"; do
		apt_install -s "$name" >/dev/null 2>&1 ||
			say "package $name cannot be installed"
	done
	die "apt-get could not install: ${missing[*]}"
}

install_packages() {
	say "installing, here only: ${missing[*]}"
	printf '#!/bin/sh\nexit 101\n' >root/usr/sbin/policy-rc.d
	chmod 755 root/usr/sbin/policy-rc.d
	if [[ -x root/usr/bin/mandb ]]; then
		# Indexing all manual pages would take longer than the rest.
		echo "man-db man-db/auto-update boolean false" \
			>>root/tmp/answers
	fi
	cat >>root/tmp/answers <<-END
	libnss-ldapd libnss-ldapd/nsswitch multiselect
	slapd slapd/no_configuration boolean true
	END
	in_root debconf-set-selections /tmp/answers || true
	{
		apt_install "${missing[@]}" ||
			{ in_root apt-get -q update &&
				apt_install "${missing[@]}"; }
	} >apt.log 2>&1 || install_failed
	# In the stacks there is no more than in those of a new Debian. One
	# call: the next would take what was removed for new.
	[[ $set_name == demo ]] || in_root pam-auth-update --package \
		--remove ldap lastlog2 tmpdir wtmpdb >>apt.log 2>&1
}

# Removed from the upper layer alone: the machine's own reappear.
trim_upper() {
	(
		cd upper
		rm -rf {root/,}var/lib/apt/lists {root/,}var/cache/{apt,man} \
			{root/,}usr/sbin/policy-rc.d \
			root/{dev,proc,run,tmp,sys,etc/resolv.conf}
	)
}

sha256_16() {
	local sum

	sum=$(sha256sum)
	printf '%s\n' "${sum:0:16}"
}

# The packages, as the overlay's upper layer: from the cache, or installed.
setup_packages() {
	local tar

	missing_packages
	((${#missing[@]})) || return 0
	tar=$cache/packages-$set_name-$({
		echo 1 "${pkgs[@]}" "${layers[@]}"
		cat /var/lib/dpkg/status
	} | sha256_16).tar
	if [[ -e $tar ]]; then
		tar -xf "$tar" --numeric-owner --xattrs --xattrs-include='*'
		return
	fi
	with_network install_packages
	trim_upper
	rm -f "$cache/packages-$set_name-"*.tar
	tar -cf "$cache/new.tar" --numeric-owner --xattrs \
		--xattrs-include='*' --xattrs-exclude=trusted.overlay.origin \
		upper
	mv "$cache/new.tar" "$tar"
}

make_tree() {
	local codename mirror

	find_mirror
	use_apt_proxy
	say "making a Debian tree ($codename)"
	apt_keyring >root/tmp/keyring.gpg
	mkdir root/tmp/tree
	mount -t tmpfs -o mode=755 tmpfs root/tmp/tree
	in_root debootstrap --variant=minbase --keyring=/tmp/keyring.gpg \
		"$codename" /tmp/tree "$mirror" >tree.log 2>&1 || {
		tail -n 30 tree.log >&2
		tail -n 30 root/tmp/tree/debootstrap/debootstrap.log >&2 || true
		die "debootstrap could not make a Debian tree"
	}
	(
		cd root/tmp/tree
		rm -rf var/cache/apt/* var/lib/apt/lists/* var/log/* \
			usr/share/{doc,man,locale,info}/*
		tar -cf "$cache/new.tar" --numeric-owner --one-file-system \
			--xattrs --xattrs-include=security.capability .
	)
}

# A full Debian tree, made where there is a network, for vservers.
setup_tree() {
	tree=
	[[ $set_name != demo ]] || return 0
	tree=$cache/debian-tree-$(sha256_16 </etc/os-release).tar
	[[ ! -e $tree ]] || return 0
	with_network make_tree
	trim_upper
	rm -f "$cache"/debian-tree-*.tar
	mv "$cache/new.tar" "$tree"
}

# The sshd of the release's backports, as a tree: to be had beside the release's
# own. Nothing, if there is none.
make_openssh() {
	local codename mirror
	local -a apt=(-q -o Dir::Etc::SourceList=/tmp/backports.list
		-o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root)

	find_mirror
	say "fetching the sshd of $codename-backports"
	apt_keyring >root/tmp/keyring.gpg
	echo "deb [signed-by=/tmp/keyring.gpg] $mirror $codename-backports main" \
		>root/tmp/backports.list
	mkdir -p root/tmp/openssh/tree
	: >"$cache/new.tar"
	# shellcheck disable=SC2016
	if in_root apt-get "${apt[@]}" update &&
		in_root sh -c 'cd /tmp/openssh && apt-get "$@" &&
			dpkg-deb -x openssh-server_*.deb tree' sh "${apt[@]}" \
			download "openssh-server/$codename-backports"; then
		tar -C root/tmp/openssh/tree -cf "$cache/new.tar" .
	fi >openssh.log 2>&1
	[[ -s $cache/new.tar ]] || {
		tail -n 5 openssh.log >&2
		say "no sshd from $codename-backports"
	}
}

# That there is none is looked up once a day.
setup_openssh() {
	openssh=
	[[ $set_name != demo ]] || return 0
	openssh=$cache/openssh-$(sha256_16 </etc/os-release).tar
	[[ ! -e $openssh || -n $(find "$openssh" -empty -mtime +0) ]] ||
		return 0
	with_network make_openssh
	trim_upper
	rm -f "$cache"/openssh-*.tar
	mv "$cache/new.tar" "$openssh"
}
