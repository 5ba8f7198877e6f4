# shellcheck shell=bash
# Sourced after engine.sh: containers of LXC's, which its hook gives to vns adopt.
# shellcheck source-path=SCRIPTDIR

roots=${roots:?source engine.sh first}
adopt_by lxc
configs=/var/lib/lxc

# container NAME ROOT: is a container with this root directory.
container() {
	mkdir -p "$configs/$1"
	cat >"$configs/$1/config" <<-END
	lxc.uts.name = host-of-$1
	lxc.rootfs.path = dir:$roots/$2
	lxc.net.0.type = empty
	lxc.pty.max = 16
	lxc.init.cmd = /bin/sleep 100000
	lxc.mount.auto = proc:mixed
	lxc.mount.entry = tmpfs run tmpfs defaults 0 0
	lxc.cap.drop = sys_admin net_raw
	lxc.cgroup.relative = 1
	lxc.apparmor.profile = unconfined
	lxc.hook.start-host = /usr/local/sbin/adopt-lxc
	END
}

# up NAME, down NAME
up() {
	lxc-start -n "$1" -o "/tmp/lxc.$1" -l INFO || {
		tail -n 20 "/tmp/lxc.$1"
		return 1
	}
}

down() {
	lxc-stop -k -n "$1"
}
