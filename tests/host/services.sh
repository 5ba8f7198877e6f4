# shellcheck shell=bash
# Sourced after vns.sh by tests of a host's services: what a session is inside,
# and what it leaves. $root is the vserver's, a Debian.
# shellcheck source-path=SCRIPTDIR

root=${root:-} lib_run=${lib_run:?source lib.sh first}

# copy_program PROGRAM: with the libraries it needs and the root has not.
copy_program() {
	local file

	for file in "$1" $(ldd "$1" | grep -o '/[^ ]*'); do
		[[ -e $root$file ]] ||
			install -D "$(readlink -f "$file")" "$root$file"
	done
}

# listens PORT: somebody does, on the host.
listens() {
	[[ -n $(ss -Hltn "sport = :$1") ]]
}

# greeter PORT|PATH WORD: says WORD to whoever connects, and by a path, too,
# who that is. It then waits until the other is gone. Becomes the process.
greeter() {
	# shellcheck disable=SC2016
	exec perl -MIO::Socket::INET -MIO::Socket::UNIX -MSocket -e '
		my ($where, $what) = @ARGV;
		my $s = $where =~ m{^/} ?
			IO::Socket::UNIX->new(Listen => 5, Local => $where) :
			IO::Socket::INET->new(Listen => 5, ReuseAddr => 1,
				LocalAddr => "127.0.0.1:$where");
		die "$where: $!" unless $s;
		chmod 0777, $where;
		$SIG{CHLD} = "IGNORE";
		while (my $c = $s->accept) {
			next if fork;
			my $who = $where =~ m{^/} ? (unpack "i3", getsockopt(
				$c, SOL_SOCKET, SO_PEERCRED))[1] : "";
			syswrite $c, "$what$who\n";
			<$c>;
			exit
		}' "$1" "$2"
}

# greeting PORT|PATH: what whoever listens there says, on the host.
greeting() {
	# shellcheck disable=SC2016
	limit perl -MIO::Socket::INET -MIO::Socket::UNIX -e '
		my $s = $ARGV[0] =~ m{^/} ?
			IO::Socket::UNIX->new(Peer => $ARGV[0]) :
			IO::Socket::INET->new("127.0.0.1:$ARGV[0]");
		print scalar <$s> if $s' "$1"
}

# greets PORT|PATH WORD: whether that is WORD.
greets() {
	[[ $(greeting "$1") == "$2" ]]
}
