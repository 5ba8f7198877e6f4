# shellcheck shell=bash
# Sourced after scene.sh by the tests of the command lines of vns(8) and
# vnamespace(8), whose scene has the vserver myvserver for alice.
# shellcheck source-path=SCRIPTDIR

# For those who source this.
# shellcheck disable=SC2034
definitions=/etc/vns/vservers

# give_bash: the host's root may have this shell, and busybox has no applet of
# this name.
give_bash() {
	local bash=${roots:?}/myvserver/bin/bash

	rm -f "$bash"
	printf '#!/bin/sh\nexec /bin/sh "$@"\n' >"$bash"
	chmod 755 "$bash"
}

# join_groups GROUP...: alice is in these groups, on the host.
join_groups() {
	local group

	for group; do
		groupadd "$group"
		usermod -a -G "$group" alice
	done
}

# as_alice CMD...
as_alice() {
	setpriv --reuid alice --regid alice --clear-groups -- "$@"
}
