# shellcheck shell=sh
# After a package of pam_vns is upgraded or removed: ends a keeper that goes on
# with a program that is not there any more, as one that a login has started
# does. The next one takes up the sessions that are open.

vns_end_old_keeper() {
	keeper=$(cut -d' ' -f1 /run/vns/keeper.lock 2>/dev/null) || keeper=
	case $keeper:$(readlink "/proc/$keeper/exe") in
	[1-9]*'/vns (deleted)') kill "$keeper" || return 0 ;;
	*) return 0 ;;
	esac
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		kill -0 "$keeper" 2>/dev/null || return 0
		sleep 0.1
	done
}
