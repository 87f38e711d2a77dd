# fetch.sh TTY NAME FILE: a host that is a shell script. It fetches NAME through the modem on TTY into FILE.
set -eu

exec 3<>"$1"

# ask LINE sends a command line and shows its answer up to the final result.
ask() {
	printf '%s\r' "$1" >&3
	while IFS= read -r line <&3; do
		case $line in
		OK?) return ;;
		CONNECT*) return ;;
		ERROR* | "NO CARRIER"*) echo "$1: $line" && exit 1 ;;
		+AFTPSIZE:*) size=$(printf %s "${line#*: }" | tr -d '\r') ;;
		esac
	done
	echo "$1: the modem has gone" && exit 1
}

ask ATE0
ask AT+AIPA=1
ask 'AT+AFTPO="192.0.2.1",21,"user","secret"'
ask AT+AFTPTYPE=0
ask "AT+AFTPSIZE=\"$2\""
ask AT+AFTPPASV=1
ask "AT+AFTPRETR=\"$2\""
ask AT+AFTPDATA
head -c "$size" <&3 >"$3"
while IFS= read -r line <&3; do
	case $line in
	"NO CARRIER"*) exit 0 ;;
	esac
done
