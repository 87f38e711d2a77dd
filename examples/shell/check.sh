#!/bin/sh
# check.sh TTY checks that a modem answers, has a network, and gets an address. If so, the exit code
# is 0.
#
# The tty must be raw. That of modemsim is; for a serial port run: stty -F TTY raw -echo 115200
set -eu

fail() {
	echo "check: $*" >&2
	exit 1
}

# ask LIMIT COMMAND prints the answer up to its final result. It fails on an error, and if there is
# no result in LIMIT seconds. read takes single bytes, so it does not consume what comes after.
ask() {
	printf '%s\r' "$2" >&3
	timeout "$1" sh -c '
		cr=$(printf "\r")
		while IFS= read -r line; do
			line=${line%"$cr"}
			case $line in
			OK) exit 0 ;;
			ERROR* | "+CME ERROR"*) exit 1 ;;
			?*) printf "%s\n" "$line" ;;
			esac
		done
		exit 1
	' <&3
}

# A modem that is starting may miss the first lines.
wake() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		if ask 2 AT >/dev/null && ask 2 ATE0 >/dev/null; then
			return
		fi
	done
	fail "the modem does not answer"
}

# Asks each second whether there is a network: 1 is the home network, 5 another, 3 that it refuses.
await_network() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		case $(ask 5 'AT+CREG?') in
		*,1 | *,5) return ;;
		*,3) fail "the network refuses the SIM" ;;
		esac
		sleep 1
	done
	fail "no network"
}

exec 3<>"$1"
wake
await_network
signal=$(ask 5 AT+CSQ) || fail "AT+CSQ"
address=$(ask 150 AT+AIPA=1) || fail "no address"
ask 60 AT+AIPA=0 >/dev/null || fail "AT+AIPA=0"
echo "$signal"
echo "$address"
