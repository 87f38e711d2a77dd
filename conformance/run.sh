#!/usr/bin/env bash
# Runs the modem on a real pty and against real FTP servers (Debian or a relative of it, as root). Installs what is missing, and fails when it cannot.
#
#	conformance/run.sh [-v] [-run REGEXP] [-update]
#
# The FTP servers run on ports of 127.0.0.1 above 1024, as accounts made for the run; everything is removed at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'conformance: %s\n' "$*" >&2; }

if ((EUID != 0)); then
	say "run it as root: it makes accounts that can log in to the FTP servers"
	exit 1
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/modemsim-conformance.XXXXXX")
chmod 755 "$work"

# Removes what is left when the tests did not come to their end.
clean() {
	while IFS= read -r file; do
		say "ending the server that is left"
		kill "$(<"$file")" || true
	done < <(find "$work" -maxdepth 2 -name server.pid)
	while IFS=: read -r name _ _ _ _ home _; do
		if [[ $home == "$work"/* ]]; then
			say "removing the account $name that is left"
			userdel --force "$name"
		fi
	done < <(getent passwd)
	rm -rf "$work"
}
trap clean EXIT

installed() { [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# Each server's file names its Debian package.
mapfile -t packages < <(sed -n 's|^// Package: ||p' conformance/*_test.go)
missing=()
for package in "${packages[@]}"; do
	if installed "$package"; then
		say "$package is installed"
	else
		missing+=("$package")
	fi
done

if ((${#missing[@]})); then
	say "installing ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -qq -y --no-install-recommends "${missing[@]}"
	for package in "${missing[@]}"; do
		if service "$package" status >/dev/null 2>&1; then
			say "stopping the $package that the installation has started"
			service "$package" stop
		fi
	done
fi

say "go test -tags conformance ./conformance/..."
TMPDIR=$work go test -tags conformance -count=1 -timeout 10m ./conformance/... "$@"
say "passed"
