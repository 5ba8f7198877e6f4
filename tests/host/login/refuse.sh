# shellcheck shell=bash
# Sourced after scene.sh by t-refuse-*: a placed user who cannot be placed is
# refused, whatever is wrong and by whatever way they come. They are told so in
# plain words, one log line says what is wrong and where, and nothing of theirs
# runs on the host.
# shellcheck source-path=SCRIPTDIR

# shellcheck source=tests/host/services.sh
. "${lib_dir:?source scene.sh first}/services.sh"
roots=${roots:?} scene_password=${scene_password:?} lib_run=${lib_run:?}
ssh_options=("${ssh_options[@]:?}")

# shellcheck disable=SC2034
{
	# A refusal that takes longer than this counts as hanging.
	step_limit=10
	config=/etc/vns/pam_vns.conf
	acme=/etc/vns/vservers/acme.conf
}
services=(sshd su login cron)
root=$roots/acme
ns_pin=/run/vns/ns/acme/mnt
# Where cases put the namespaces and pid files of other engines.
pins=/run/pins
# This directory exists on the host only. What a session of a refused user left
# there would show that it has run, and where.
canary=/canary

# What users are told.
# shellcheck disable=SC2034
{
	tell="Please tell the administrator."
	yours="Your environment 'acme'"
	at_all="Your login cannot be set up now. $tell"
	not_set_up="$yours is not set up. $tell"
	not_running="$yours is not running. $tell"
	not_fitting="Your account does not fit your environment 'acme'. $tell"
	not_entered="$yours cannot be entered. $tell"
	no_shell="Your shell is not available in your environment 'acme'. $tell"
	hook_refused="$yours refused the login. $tell"
}

# What the log says of a user without an id in a vserver's user namespace.
# shellcheck disable=SC2034
not_mapped="the user's [a-z]+ 5001 is not mapped in its user namespace"

# --- ways in --------------------------------------------------------------

# From this log level on ssh shows the banner with which sshd refuses.
ssh_told_options=("${ssh_key_options[@]/LogLevel=ERROR/LogLevel=INFO}")

ssh_told() {
	local user=$1

	shift
	limit ssh "${ssh_told_options[@]}" "$@" "$user@127.0.0.1"
}

gone_or_listens() {
	! kill -0 "$1" 2>/dev/null || listens "$2"
}

way_ssh_command() {
	ssh_told "$1" -o RemoteCommand="touch $canary/ssh_command"
}
way_ssh_shell() {
	SSHPASS=$scene_password limit sshpass -e ssh \
		"${ssh_options[@]/=ERROR/=INFO}" \
		-o PreferredAuthentications=password \
		-o NumberOfPasswordPrompts=1 -T "$1@127.0.0.1" \
		<<<"touch $canary/ssh_shell"
}
way_ssh_forward() {
	local pid

	ssh "${ssh_told_options[@]}" -N -L 3333:127.0.0.1:3400 \
		-R 3334:127.0.0.1:3400 "$1@127.0.0.1" &
	pid=$!
	wait_for 10 gone_or_listens "$pid" 3333
	# As sshd answers requests in order, -R has been decided after this.
	[[ $(greeting 3333) != HOST ]] || touch "$canary/ssh_forward"
	! listens 3334 || touch "$canary/ssh_forward_back"
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	return 1
}
way_sftp() {
	printf 'put /etc/hostname %s/sftp\n' "$canary" | limit sftp -b - \
		"${ssh_told_options[@]}" "$1@127.0.0.1"
}
way_su() { limit su "$1" -c "touch $canary/su"; }
way_su_l() { limit su - "$1" -c "touch $canary/su_l"; }
way_login() {
	login_pw "$1" "$scene_password" -e '$ ' -s "touch $canary/login; exit\n"
}
way_cron() {
	host_cron "$1" "touch $canary/cron"
	# host_cron cannot see that a job was refused.
	return 1
}

ssh_ways=(ssh_command ssh_shell ssh_forward sftp)
other_ways=(su su_l login cron)
ways=("${ssh_ways[@]}" "${other_ways[@]}")
declare -A service_of=([ssh_command]=sshd [ssh_shell]=sshd [ssh_forward]=sshd
	[sftp]=sshd [su]=su [su_l]=su-l [login]=login [cron]=cron)
# These ways show the user what PAM says.
tells=" ssh_command ssh_shell su su_l login "

# --- what a refusal is ----------------------------------------------------

# ours SERVICE: prints pam_vns's log lines since log_mark, without the time.
ours() {
	log_since | grep -o "pam_vns($1:.*"
}

# sung WAY: prints the canaries left by WAY, and takes them away.
sung() {
	find "$canary" \( -name "$1" -o -name "$1_back" \) \
		-printf '%f\n' -delete
}

log_limit=5
# wrong_by WAY USER NOTICE LOG: prints what is wrong with one attempt.
wrong_by() {
	local way=$1 user=$2 notice=$3 log=$4 out status=0 lines

	log_mark
	out=$("way_$way" "$user" 2>&1) || status=$?
	case $status in
	0) echo "it succeeded" ;;
	124 | 137) echo "it hung" ;;
	esac
	sung "$way" | sed 's/^/on the host: /'
	out=${out//$'\r'/}
	if [[ $tells == *" $way "* && -n $notice ]]; then
		grep -Fqx -- "$notice" <<<"$out" || echo "the user is not told"
	fi
	! grep -E '/(etc/vns|run|srv|proc|usr/s?bin)/|[Ee]rrno' <<<"$out" ||
		echo "the user is told of paths"
	log="pam_vns\(${service_of[$way]}:(account|session)\): $log"
	log_wait "$log" "$log_limit" >/dev/null || echo "not in the log: $log"
	lines=$(ours "${service_of[$way]}")
	[[ $(wc -l <<<"$lines") == 1 && $lines =~ $log ]] ||
		printf 'the log is, in place of one line: %s\n' "$lines"
}

# wrong_by_each NOTICE LOG WAY...: writes what is wrong by each WAY to its file.
wrong_by_each() {
	local way

	for way in "${@:3}"; do
		wrong_by "$way" alice "$1" "$2" >"$lib_run/wrong.$way"
	done
}

# refused WHAT NOTICE LOG: when WHAT is the case, alice is refused by every way,
# each of which is a test. The user is told NOTICE, and the log matches LOG.
refused() {
	local what=$1 notice=$2 log=$3 way wrong test

	[[ $log == ^* ]] && log=${log#^} ||
		log="(error|deny) user=alice service=.*: .*$log"
	wrong_by_each "$notice" "$log" "${ssh_ways[@]}" &
	wrong_by_each "$notice" "$log" "${other_ways[@]}"
	wait $!
	for way in "${ways[@]}"; do
		wrong=$(<"$lib_run/wrong.$way")
		test="$way as alice, $what: refused, one log line says why"
		if [[ -z $wrong ]]; then
			pass "$test"
		else
			fail "$test" "$wrong"
		fi
	done
	# pamtester takes PAM's time only; how long ssh takes is not ours.
	t_status "pamtester as alice, $what: refused within a second" 1 \
		timeout 1 pamtester su alice acct_mgmt open_session
}

# --- the stage ------------------------------------------------------------

# stopped: acme is stopped, and no login starts it.
stopped() {
	define acme 'start = "manual"'
	vns stop -t 0 acme >/dev/null
}

# foreign SOURCE: acme is another engine's vserver, found by SOURCE.
foreign() {
	vns_define acme <<<"source = \"$1\""
}

# write_config: writes the good configuration, whose line numbers cases expect in
# the log.
write_config() {
	rm -rf /etc/vns
	vns_config <<-END
	rule "acme" {
		users = {"alice"}
		vserver = "acme"
	}
	END
	define acme
}

# stop_acme: stops acme, and takes away what a case has put in place of its pin.
stop_acme() {
	vns stop -t 0 acme >/dev/null 2>&1
	while umount -l "$ns_pin" 2>/dev/null; do :; done
	rm -rf /run/vns/ns/acme
}

# baseline: from whatever a case has left, makes the state in which alice can log
# in.
baseline() {
	write_config
	stop_acme
	rm -rf "$root/bin/sh"
	ln -s busybox "$root/bin/sh"
	vns start acme >/dev/null || exit 1
	if ! pamtester su alice acct_mgmt >/dev/null 2>&1; then
		fail "the baseline lets alice in" "$(ours su)"
		exit 1
	fi
}

# try WHAT NOTICE LOG ARRANGE...: runs ARRANGE on the baseline, which makes WHAT
# the case; then alice must be refused.
try() {
	baseline
	"${@:4}" || fail "the case is made: $1"
	refused "$1" "$2" "$3"
}

processes=()
# background CMD...: starts a process that is there until refuse_end, as $!. CMD
# has run sleep when this returns.
background() {
	"$@" sleep inf &
	processes+=($!)
	wait_for 5 grep -qx sleep "/proc/$!/comm"
}

# refuse_begin: sets the scene, and makes what shows that a session has run.
refuse_begin() {
	scene "user bob, vserver acme for alice, wired ${services[*]}, sshd"
	mkdir -m 1777 "$canary"
	mkdir "$pins"
	mount -t tmpfs -o mode=755 pins "$pins"
	mount --make-private "$pins"
	# su sleeps for a second after each refusal.
	echo FAIL_DELAY 0 >/etc/default/su
	greeter 3400 HOST &
	processes+=($!)
	wait_for 5 listens 3400
}

# refuse_end: takes away what refuse_begin has made and the cases have left.
refuse_end() {
	baseline
	t_is "ssh as alice, nothing is wrong any more: /MARKER is acme's" \
		"$(ssh_key alice 'cat /MARKER')" "this is acme"
	kill "${processes[@]}"
	umount -R "$pins"
	rm -r "$pins" "$canary" /etc/default/su
}

# --- files ----------------------------------------------------------------

# file_is FILE WHAT: makes a good FILE bad in this way.
file_is() {
	local file=$1

	case $2 in
	"group-writable") chmod g+w "$file" ;;
	"world-writable") chmod o+w "$file" ;;
	"not root's") chown alice "$file" ;;
	"a symbolic link") mv "$file" "$file.real" &&
		ln -s "$file.real" "$file" ;;
	"a FIFO") rm "$file" && mkfifo -m 644 "$file" ;;
	"a directory") rm "$file" && mkdir "$file" ;;
	"missing") rm "$file" ;;
	"300 KiB large") head -c 300K /dev/zero | tr '\0' '#' >>"$file" ;;
	"below another's directory") chown alice "${file%/*}" ;;
	"below a writable directory") chmod g+w "${file%/*}" ;;
	esac
}
