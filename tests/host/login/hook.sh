# shellcheck shell=bash
# Sourced after scene.sh by the tests of open hooks: programs that are hooks,
# what they record, and the configuration that runs them when alice logs in to
# acme.
# shellcheck source-path=SCRIPTDIR

hooks=/usr/local/sbin
record=/run/hook-record

# hook_program NAME: standard input becomes the program $hooks/NAME.
hook_program() {
	{
		echo '#!/bin/sh'
		cat
	} >"$hooks/$1"
	chmod 755 "$hooks/$1"
	hook_programs+=("$hooks/$1")
}
hook_programs=()

# hook_programs_gone: removes them all, and what they have recorded.
hook_programs_gone() {
	rm -f "${hook_programs[@]}" "$record"
}

# The hook "tell" records what it finds, one fact a line. It asks the kernel
# alone: what the shell sets for itself is not what the shell was given.
hook_program tell <<'END'
i=0
fds=
while [ $i -lt 400 ]; do
	[ ! -e /proc/$$/fd/$i ] || fds="$fds $i"
	i=$((i + 1))
done
tell() {
	tr '\0' '\n' </proc/$$/environ | sort | sed 's/^/env /'
	echo "cwd $(readlink /proc/$$/cwd)"
	echo "stdin $(readlink /proc/$$/fd/0)"
	echo "umask $(umask)"
	sed -n 's/:[[:space:]]*/ /; s/\t/ /g; /^\(Uid\|Gid\|Groups\|Sig[BI]\)/p' \
		/proc/$$/status
	echo "root $(stat -c %d:%i /)"
	echo "ns $(readlink /proc/$$/ns/mnt)"
	echo "caller's ns $(readlink /proc/$PPID/ns/mnt)"
	# The session is its own, or that of the process that waits for it.
	case $(cut -d' ' -f6,7 /proc/$$/stat) in
	"$$ 0" | "$PPID 0") echo "session own, no terminal" ;;
	*) echo "session $(cut -d' ' -f6,7 /proc/$$/stat)" ;;
	esac
	# The shell reads its script by number 10.
	echo "fds${fds% 10}"
	vns status "$VNS_NAME"
}
facts=$(tell)
{ echo "hook $*"; echo "$facts"; } >>/run/hook-record
END

# fact REGEX: the recorded lines that begin with a match of REGEX, in order.
fact() {
	grep -E "^$1" "$record"
}

# forget: empties the record, and marks the log.
forget() {
	rm -f "$record"
	log_mark
}

# global [LINE]...: from now on, these lines stand outside of the rules.
global_lines=()
global() {
	global_lines=("$@")
}

# rule [LINE]...: alice's rule has these lines; carol is denied.
rule() {
	vns_config <<-END
		$(printf '%s\n' "${global_lines[@]}")
		rule "alice" { users = {"alice"} vserver = "acme"
			$(printf '%s\n' "$@")
		}
		rule "carol" { users = {"carol"} target = "deny" }
	END
}
