# shellcheck shell=bash
# Sourced after vserver.sh by tests of the namespaces that a native vserver has
# of its own: which ones a process is in, and that sessions land in all of them.

roots=${roots:?source scene.sh first}
# In the order in which they are joined.
types=(uts ipc net cgroup time pid mnt user)
# shellcheck disable=SC2034
all='namespaces = {"uts", "ipc", "net", "cgroup", "time", "pid", "mnt", "user"}'
# shellcheck disable=SC2034
user='namespaces = {"mnt", "user"}'

# same PID PID TYPE: both are there to be looked at, so that neither number is
# another namespace's.
same() {
	[[ /proc/$1/ns/$3 -ef /proc/$2/ns/$3 ]]
}

# apart PID PID: the types in which they differ.
apart() {
	local type

	for type in "${types[@]}"; do
		same "$1" "$2" "$type" || printf '%s ' "$type"
	done
}

# namespaces_of PID
namespaces_of() {
	readlink "${types[@]/#//proc/$1/ns/}"
}

# shellcheck disable=SC2016
print_namespaces='for type in '${types[*]}'; do
	readlink /proc/self/ns/$type
done'

# lands WHAT WAY...: alice's sessions, and the administrator's, are in all
# namespaces that the init process of the vserver one is in.
lands() {
	local what=$1 way want got

	shift
	want=$(namespaces_of "$(init_of one)")
	for way; do
		case $way in
		ssh) got=$(ssh_key alice "$print_namespaces") ;;
		su) got=$(su alice -c "$print_namespaces") ;;
		su-l) got=$(su - alice -c "$print_namespaces") ;;
		exec) got=$(inside one sh -c "$print_namespaces") ;;
		vnamespace) got=$(vnamespace -e one sh -c \
			"$print_namespaces") ;;
		esac
		t_is "$what: $way lands in all the namespaces of the init process" \
			"$got" "$want"
	done
}

# base_of NAME: the host's id that is 0 inside, by the kernel.
base_of() {
	awk '{ print $2 }' "/proc/$(init_of "$1")/uid_map"
}

# source_free: nothing uses the filesystem that the mount of $source is made
# from; it is mounted anew.
source_free() {
	umount "$roots/source" && source_mounted
}

source_mounted() {
	mkdir -p "$roots/source"
	mount_files "$roots/source" 700 && mkdir "$roots/source/data"
}

# shellcheck disable=SC2034
source="mount \"/a\" { source = \"$roots/source/data\" }"
