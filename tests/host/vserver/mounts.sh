# shellcheck shell=bash
# Sourced after scene.sh: gives the vservers small and other mounts, whose
# sources are in the host's /srv/data.

# shellcheck source=tests/host/vserver/vserver.sh
. "${lib_dir:?}/vserver/vserver.sh"
# There is something to propagate.
share_mounts

# mounted NAME TARGET: options and propagation of the topmost mount there.
mounted() {
	# shellcheck disable=SC2016
	inside "$1" awk -v t="$2" '$5 == t { line = $6
		for (i = 7; $i != "-"; i++) { sub(":.*", "", $i)
			line = line " " $i } }
		END { print line }' /proc/self/mountinfo
}

# refused WHAT REGEX: asserts that small cannot be started because of REGEX.
refused() {
	t_not "$1: vns start fails" vns start small
	t_like "$1: vns start says why" "${t_out?}" "^vns: .*$2"
	t_not "$1: the vserver does not run" vns status small
	unchanged "$1: nothing is left on the host"
}

# mounts_begin: mount points in both, and what there is to mount; below it is
# another mount. $before is the host's state then.
mounts_begin() {
	local name

	for name in small other; do
		mkdir "$roots/$name"/{a,b,c,d,e,f} "$roots/$name/a b"
	done
	mkdir -p /srv/data/{sub,small}
	echo "the host's" >/srv/data/file
	echo "the host's" >/srv/data/small/file
	mount -t tmpfs sub /srv/data/sub
	echo below >/srv/data/sub/file
	# A first start leaves what later ones leave, too.
	vns start small >/dev/null
	vns stop -t 0 small >/dev/null
	before=$(host_state)
}

# mounts_end: removes what there was to mount.
mounts_end() {
	umount /srv/data/sub
	rm -rf /srv/data
}
