# shellcheck shell=bash
# Sourced after the scene: the machine's cgroups are not this test's. It runs again
# below one of its own, in a cgroup namespace that has that for a root.

cgroups=/sys/fs/cgroup

if [[ -z ${CGROUP_ROOT:-} ]]; then
	mount -t cgroup2 cgroup2 "$cgroups" || exit
	own=$cgroups/throwaway-$(</proc/sys/kernel/random/uuid)
	mkdir "$own"
	(
		echo $BASHPID >"$own/cgroup.procs"
		umount "$cgroups"
		CGROUP_ROOT=1 exec unshare -C "$0"
	)
	status=$?
	mount -t cgroup2 cgroup2 "$cgroups"
	echo 1 >"$own/cgroup.kill"
	wait_for 5 grep -q 'populated 0' "$own/cgroup.events"
	find "$own" -depth -type d -exec rmdir {} +
	umount "$cgroups"
	exit "$status"
fi
