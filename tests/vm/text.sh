# shellcheck shell=bash
# Sourced after lib.sh: the commands of README and INSTALL, as they stand there.

vm_repo=${vm_repo:?source lib.sh first}

# text_block FILE HEADING N: the Nth indented block below a heading, without
# its indentation.
text_block() {
	awk -v heading="$2" -v want="$3" '
	{ line[NR] = $0 }
	function is_heading(i) {
		return line[i] ~ /^[0-9]+\. / || line[i + 1] ~ /^--+$/
	}
	END {
		for (i = 1; i <= NR; i++) {
			if (is_heading(i)) {
				title = line[i]
				sub(/^[0-9]+\. /, "", title)
				below = title == heading
				n = 0
			}
			indented = line[i] ~ /^(\t|  +)[^ \t]/
			if (indented && !before)
				n++
			before = indented
			if (below && indented && n == want) {
				sub(/^(\t|    |  )/, "", line[i])
				print line[i]
			}
		}
	}' "$vm_repo/$1"
}

# text_commands FILE HEADING N: the same as one command in each line, without
# what is said of it beside it.
text_commands() {
	text_block "$@" | sed -e ':a' -e '/\\$/{N;s/\\\n */ /;ba' -e '}' \
		-e 's/   .*//' -e 's|DOCDIR|/usr/share/doc/pam_vns|g'
}

# text_run FILE HEADING N: runs each of them, one test each. What some of them
# ask is answered by ptyrun's arguments in text_answers["COMMAND"]; what the
# doctor warns of is no failure.
declare -A text_answers=()
text_run() {
	local cmd steps
	local -a commands

	mapfile -t commands < <(text_commands "$@")
	((${#commands[@]})) || fail "$1, $2, block $3 is there"
	for cmd in "${commands[@]}"; do
		steps=${text_answers[$cmd]:-}
		if [[ -n $steps ]]; then
			vm_limit=1200 t "$1: $cmd" vm "cd pam_vns &&
				TERM=dumb ptyrun -t 300 $steps -- bash -c $(
				printf %q "$cmd")"
		else
			vm_limit=1200 t "$1: $cmd" vm "cd pam_vns && $cmd$(
				[[ $cmd != 'vns doctor'* ]] ||
					echo ' || test $? = 1')"
		fi
	done
}
