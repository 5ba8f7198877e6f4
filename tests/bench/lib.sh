# shellcheck shell=bash
# Sourced by what measures, on the throwaway host of "make bench".

# shellcheck source=tests/host/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../host/lib.sh"
# shellcheck source=tests/host/vns.sh
. "${lib_dir:?}/vns.sh"
bench_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tmp=$(mktemp -d)

die() {
	echo "bench: $*" >&2
	exit 1
}

# ratio A B
ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a / b }'
}

# What else the machine does can only add.
lower_quartile() {
	sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 3) / 4)] }'
}

# clock CMD...: the microseconds that CMD took.
clock() {
	local from=${EPOCHREALTIME/./} status=0

	"$@" >/dev/null 2>"$tmp/clock" || status=$?
	echo $((${EPOCHREALTIME/./} - from))
	((status == 0)) || die "$* failed: $(<"$tmp/clock")"
}

# build_bench: bench.c, which opens sessions.
build_bench() {
	gcc -O2 -o "$tmp/bench" "$bench_dir/bench.c" -lpam ||
		die "cannot build"
	# The same shell on both sides.
	ln -sf busybox /bin/ash
}
