# shellcheck shell=bash
# Sourced by what makes Debian trees: the mirror, the keys and the proxy that
# this machine's apt has. The caller's in_root runs a command where apt-get
# update may be run, and its die ends it; apt.log is written where it stands.

# One binary keyring of all that this machine's apt trusts.
apt_keyring() {
	local file

	for file in $(grep -hosE '/[^] ,]+\.(gpg|asc)' /etc/apt/sources.list \
		/etc/apt/sources.list.d/*.{list,sources} | sort -u) \
		/etc/apt/trusted.gpg /etc/apt/trusted.gpg.d/*; do
		case $file in
		*.gpg) ! [[ -s $file ]] || cat "$file" ;;
		*.asc) ! [[ -s $file ]] || sed -n \
			'/^-----BEGIN/,/^-----END/{/^$/,/^=/{/^[=-]/d;p}}' \
			"$file" | base64 -di ;;
		esac
	done
}

apt_mirror() {
	local codename=$1 format

	# These are apt's variables, not the shell's.
	# shellcheck disable=SC2016
	format='$(RELEASE) $(CODENAME) $(REPO_URI)'
	in_root apt-get indextargets --format "$format" \
		'Created-By: Packages' 'Component: main' |
		awk -v c="$codename" '$1 == c || $2 == c { print $NF; exit }'
}

# Sets codename and mirror of this machine's release.
find_mirror() {
	# shellcheck source=/dev/null
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:?}")
	mirror=$(apt_mirror "$codename")
	if [[ -z $mirror ]]; then
		# apt names what it has fetched the Release file of.
		in_root apt-get -q update >apt.log 2>&1 || true
		mirror=$(apt_mirror "$codename")
	fi
	if [[ -z $mirror ]]; then
		tail -n 30 apt.log >&2
		die "apt-get update found no mirror of $codename main"
	fi
}

# debootstrap reads nothing of apt's configuration.
use_apt_proxy() {
	local proxy=

	eval "$(in_root apt-config shell proxy Acquire::http::Proxy)"
	[[ -z $proxy ]] || export http_proxy=${http_proxy:-$proxy}
}
