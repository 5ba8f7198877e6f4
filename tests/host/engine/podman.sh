# shellcheck shell=bash
# Sourced after engine.sh: containers of Podman's, whose hook gives those with the
# annotation pam_vns=NAME to vns adopt.
# shellcheck source-path=SCRIPTDIR

roots=${roots:?source engine.sh first} vns_source=${vns_source:?} pid_file=${pid_file:?}
adopt_by oci
hooks=/run/oci-hooks
mkdir -p "$hooks"
cp "$vns_source/conf/hooks/engines/oci.json" "$hooks/pam_vns.json"
storage=(--root /run/podman.root --runroot /run/podman.run)

pod() {
	(cd / && podman "${storage[@]}" --cgroup-manager=cgroupfs \
		--events-backend=none --hooks-dir "$hooks" "$@")
}

# run NAME ROOT OPTION...: starts a container with this root directory.
run() {
	local name=$1 root=$2

	shift 2
	# The machine that this runs on may not let limits be raised.
	pod run -d --name "$name" --hostname "host-of-$name" --network=none \
		--cgroups=disabled --ulimit nofile=1024:1024 \
		--ulimit nproc=1024:1024 "$@" \
		--rootfs "$roots/$root" /bin/sleep 100000
}

remove() {
	pod rm -f -t 0 "$@"
}

no_podman() {
	! pgrep_live -x 'podman|conmon'
}

# podman_end: removes what Podman has left of all of them. For each container that
# has ended, a podman of its own still clears up, and mounts this anew.
podman_end() {
	wait_for 10 no_podman
	umount -l /run/podman.root/overlay 2>/dev/null
	rm -rf "$hooks" /run/podman.root /run/podman.run "$pid_file"
}
