# shellcheck shell=bash
# Sourced after scene.sh: what the keeper's processes do while a session opens, as
# strace sees it.
# shellcheck source-path=SCRIPTDIR

trace=${lib_run:?source scene.sh first}/trace

# keeper_stays: starts a keeper that does not leave when it has nothing to do.
keeper_stays() {
	keeper_end
	setsid vns keeper >/dev/null 2>&1 &
	wait_for 10 keeper_waits
}

# keeper_waits: the keeper has workers for the two questions of a login, and
# does nothing else.
keeper_waits() {
	(($(keeper_workers | grep -c .) >= 2)) && keeper_rests
}

# watched STRACE-OPTION... -- CMD...: runs CMD; what strace has seen meanwhile of
# the processes that the keeper had before is in $trace. With -f it has also seen
# their children.
watched() {
	local -a options=() pids
	local watcher status=0

	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	wait_for 10 keeper_waits
	mapfile -t pids < <(keeper_processes)
	rm -f "$trace" "$trace.attached"
	strace "${options[@]}" -o "$trace" "${pids[@]/#/-p}" \
		>/dev/null 2>"$trace.attached" &
	watcher=$!
	wait_for 10 all_attached "${#pids[@]}" || echo "not attached" >&2
	"$@" || status=$?
	wait_for 10 keeper_rests
	end_child "$watcher"
	return "$status"
}

# all_attached COUNT: strace has said so of this many processes.
all_attached() {
	(($(grep -c ' attached' "$trace.attached") >= $1))
}

# has_settled FILE: it was changed so long ago that a change now would show.
has_settled() {
	(($(date +%s) - $(stat -c %Z "$1") > 2))
}
