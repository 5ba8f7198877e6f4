# shellcheck shell=bash
# Sourced after scene.sh by the tests of the side doors: what acts on the host
# for a user who is placed. Each door is first shown to lead out, from what the
# user wrote inside, and "vns doctor" names it; then it is shut as the doctor
# advises, and the doctor no longer names it.
# shellcheck source-path=SCRIPTDIR

# For those who source this.
# shellcheck disable=SC2034
root=${roots:?source scene.sh first}/acme
home=/home/alice
# What says, in the home that host and vserver share, on which side it has run.
# shellcheck disable=SC2034
tell="cat /MARKER >$home/where"

# where_now: what that has said.
where_now() {
	cat "$home/where" 2>/dev/null
}

# share_home: what the tests begin with in a scene where vserver acme is for
# alice.
share_home() {
	echo outside >/MARKER
	# shellcheck disable=SC2119
	definition
	t_is "a placed user whose home is shared: su as alice is inside" \
		"$(inside 'cat /MARKER')" "this is acme"
	t_like "vns doctor alice, the home is shared: door-home says so" \
		"$(doctor_says door-home)" "home is the host's"
}

# definition [LINE]...: acme's, with the host's /home and these lines, running
# anew.
# shellcheck disable=SC2120
definition() {
	define acme 'mount "/home" { source = "/home" type = "bind" }' "$@"
	vns restart acme >/dev/null
}

# inside CMD: what alice does in acme.
inside() {
	su alice -c "$1"
}

# doctor_says ID: what the doctor says of a door, for alice or the host.
doctor_says() {
	vns doctor alice 2>&1 | grep -E "^[A-Za-z]+ +$1 "
}

# open_door CIRCUMSTANCE ID [REGEX]: the doctor fails or warns of the door, in
# words that match.
open_door() {
	t_like "vns doctor alice, $1: names $2" "$(doctor_says "$2")" \
		"(^|"$'\n'")(FAIL|WARN) .*${3:-}"
}

# named CIRCUMSTANCE ID STATE REGEX: the doctor says that of the door, and how
# bad it is.
named() {
	t_like "vns doctor alice, $1: $3 $2" "$(doctor_says "$2")" \
		"$3 +$2 .*$4"
}

# shut_door CIRCUMSTANCE ID: the doctor neither fails nor warns of the door.
shut_door() {
	t_unlike "vns doctor alice, $1: does not name $2" \
		"$(doctor_says "$2")" \
		"(^|"$'\n'")(FAIL|WARN)"
}
