# shellcheck shell=bash
# Sourced after scene.sh by the tests of recorded sessions: begins and ends
# sessions in acme, and sees what is recorded of them.
# shellcheck source-path=SCRIPTDIR

lib_run=${lib_run:?source scene.sh first} programs=${programs:?}
roots=${roots:?}
hold=$lib_run/hold
# Where sessions inside say that they are there.
ready=$roots/acme/tmp

# hold_build: the program that holds sessions, and its two services: "hold", and
# "hold-back" with the way back.
hold_build() {
	local service

	gcc -O2 -std=gnu11 -D_GNU_SOURCE -o "$hold" "$programs/hold.c" -lpam ||
		return
	for service in hold hold-back; do
		printf '%s required pam_vns.so\n' account session \
			>"/etc/pam.d/$service"
	done
	sed -i '1i session required pam_vns.so close' /etc/pam.d/hold-back
}

# rule [LINE]...: the rule that places alice and bob has these lines.
rule() {
	vns_config <<-END
		rule "both" { users = {"alice", "bob"} vserver = "acme"
			$(printf '%s\n' "$@")
		}
	END
}

# shown [VSERVER]: what vns sessions shows, without the heading.
shown() {
	vns sessions "$@" | sed 1d
}

# count [VSERVER]: how many sessions it shows.
# shellcheck disable=SC2120
count() {
	shown "$@" | wc -l
}

# is_count N: it shows N sessions.
# shellcheck disable=SC2119
is_count() {
	[[ $(count) == "$1" ]]
}

# records: how many records there are.
records() {
	find /run/vns/sessions -mindepth 1 | wc -l
}

# nothing_left: there is no record, and the keeper has nothing more to do.
nothing_left() {
	[[ $(records) == 0 ]] && keeper_rests
}

# one_waits: one process of the keeper's waits for what a session has left.
one_waits() {
	[[ $(keeper_busy) == 1 ]]
}

# kill_keeper: kills it; what its other processes do goes on.
kill_keeper() {
	local pid

	pid=$(keeper) && kill -KILL "$pid" && wait_for 5 is_gone "$pid"
}

stopped() {
	[[ $(vns status acme) == "acme: stopped" ]]
}

# begin WHAT NAME CMD...: in the background, as $begun, CMD begins the session
# WHAT, which makes the file /tmp/NAME.
begin() {
	local what=$1 name=$2

	shift 2
	rm -f "$ready/$name"
	"$@" >/dev/null 2>&1 &
	# shellcheck disable=SC2034
	begun=$!
	t "$what: the session begins" wait_for 10 test -e "$ready/$name"
}

# end OPTION...: kills the processes inside that pgrep OPTION... finds, as soon
# as there is one: a session may not have come to its last command yet.
end() {
	wait_for 10 pkill "$@"
}

# drop PID: kills the ssh that ssh_key as PID has started.
drop() {
	local pid

	pid=$(pgrep -P "$(pgrep -P "$1" -x timeout)" -x ssh) && kill "$pid"
}

# leader USER: the process that has opened USER's session.
leader() {
	shown | awk -v user="$1" '$2 == user { print $5 }'
}

# refused_login: su as alice, whose shell cannot be run.
refused_login() {
	local status=0

	chmod 000 "$roots/acme/bin/busybox"
	su alice -c true || status=$?
	chmod 755 "$roots/acme/bin/busybox"
	return "$status"
}
