# shellcheck shell=bash
# Sourced after scene.sh by tests of a host's services: the programs that they
# need inside, and servers that they can be asked to connect to.

# copy_program ROOT PROGRAM: copies a program of the host to the root directory
# ROOT, of a Debian, with those of its libraries that are not there.
copy_program() {
	local file

	for file in "$2" $(ldd "$2" | grep -o '/[^ ]*'); do
		[[ -e $1$file ]] ||
			install -D "$(readlink -f "$file")" "$1$file"
	done
}

# listens PORT: succeeds if a process listens at PORT on the host.
listens() {
	[[ -n $(ss -Hltn "sport = :$1") ]]
}

# greeter PORT|PATH WORD: becomes a process that says WORD to each client that
# connects, and at a PATH also the client's uid. It keeps the connection until
# the client closes it.
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

# greeting PORT|PATH: prints what the greeter there says to a client on the host.
greeting() {
	# shellcheck disable=SC2016
	limit perl -MIO::Socket::INET -MIO::Socket::UNIX -e '
		my $s = $ARGV[0] =~ m{^/} ?
			IO::Socket::UNIX->new(Peer => $ARGV[0]) :
			IO::Socket::INET->new("127.0.0.1:$ARGV[0]");
		print scalar <$s> if $s' "$1"
}

# greets PORT|PATH WORD: succeeds if the greeter there says WORD to a client on
# the host.
greets() {
	[[ $(greeting "$1") == "$2" ]]
}
