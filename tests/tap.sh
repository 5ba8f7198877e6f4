# shellcheck shell=bash
# Sourced by tests: what passes and fails, as TAP on stdout, and its count.

tap_n=0 tap_failed=0 tap_skipped=0

# diag TEXT: TEXT as "# " lines, at most 60 of them.
diag() {
	[[ -z $1 ]] || printf '%s\n' "$1" | tail -n 60 | sed 's/^/# /'
}

# pass DESCRIPTION: a passed test.
pass() {
	printf 'ok %d - %s\n' $((++tap_n)) "$1"
}

# fail DESCRIPTION [TEXT]...: a failed test, each TEXT shown; returns 1.
fail() {
	printf 'not ok %d - %s\n' $((++tap_n)) "$1"
	tap_failed=$((tap_failed + 1))
	shift
	while (($#)); do
		diag "$1"
		shift
	done
	return 1
}

# skip DESCRIPTION REASON: a skipped test; in CI that is a failure.
skip() {
	if [[ -n ${CI:-} ]]; then
		fail "$1" "skipped: $2"
		return
	fi
	printf 'ok %d - %s # SKIP %s\n' $((++tap_n)) "$1" "$2"
	tap_skipped=$((tap_skipped + 1))
}

# t DESCRIPTION CMD...: passes if CMD succeeds; its output is in $t_out.
t() {
	local what=$1 status=0

	shift
	t_out=$("$@" 2>&1) || status=$?
	if ((status == 0)); then
		pass "$what"
	else
		fail "$what" "$*" "status $status, output:" "$t_out"
	fi
}

# t_not DESCRIPTION CMD...: passes if CMD fails (not: takes too long or is
# not there); its output is in $t_out.
t_not() {
	local what=$1 status=0

	shift
	t_out=$("$@" 2>&1) || status=$?
	case $status in
	0 | 124 | 126 | 127)
		fail "$what" "$*" "status $status, output:" "$t_out"
		;;
	*)
		pass "$what"
		;;
	esac
}

# t_status DESCRIPTION STATUS CMD...: passes if CMD exits with STATUS.
t_status() {
	local what=$1 want=$2 status=0

	shift 2
	t_out=$("$@" 2>&1) || status=$?
	if ((status == want)); then
		pass "$what"
	else
		fail "$what" "$*" "status $status, expected $want, output:" \
			"$t_out"
	fi
}

# t_is DESCRIPTION GOT EXPECTED: passes if both are the same string.
t_is() {
	if [[ $2 == "$3" ]]; then
		pass "$1"
	else
		fail "$1" "got:" "$2" "expected:" "$3"
	fi
}

# t_like DESCRIPTION TEXT REGEX: passes if TEXT matches the bash REGEX.
t_like() {
	if [[ $2 =~ $3 ]]; then
		pass "$1"
	else
		fail "$1" "got:" "$2" "expected a match of: $3"
	fi
}

# t_unlike DESCRIPTION TEXT REGEX: passes if TEXT does not match REGEX.
t_unlike() {
	if [[ $2 =~ $3 ]]; then
		fail "$1" "got:" "$2" "expected no match of: $3"
	else
		pass "$1"
	fi
}

# finish: plan and closing line, after before_finish, where there is one;
# appends "PASSED FAILED SKIPPED" to the file $TAP_TOTAL, if set; fails if a
# test failed or none ran.
finish() {
	local passed skipped=

	! declare -F before_finish >/dev/null || before_finish
	passed=$((tap_n - tap_failed - tap_skipped))
	printf '1..%d\n' "$tap_n"
	((tap_skipped == 0)) || skipped=", $tap_skipped skipped"
	printf '%d passed, %d failed%s\n' "$passed" "$tap_failed" "$skipped"
	[[ -z ${TAP_TOTAL:-} ]] ||
		echo "$passed $tap_failed $tap_skipped" >>"$TAP_TOTAL"
	((tap_failed == 0 && tap_n > 0))
}
