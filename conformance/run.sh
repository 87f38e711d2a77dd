#!/usr/bin/env bash
# Runs the modem on a real pty, with real terminals and libraries, and against real FTP servers, on
# Debian or a derivative of it, as root. It gets missing packages, and fails if it cannot.
#
#	conformance/run.sh [-v] [-run REGEXP] [-update]
#
# With -run, the tests of the libraries in conformance/golibs are left out; run those with go test.
# It installs nothing: missing packages are unpacked into a temporary folder (those of the FTP
# servers could not be installed together). The servers run on ports of 127.0.0.1 above 1024, as
# accounts made for the run. Everything is removed at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'conformance: %s\n' "$*" >&2; }

if ((EUID != 0)); then
	say "run it as root: it makes accounts that can log in to the FTP servers"
	exit 1
fi

go=$(command -v go)
work=$(mktemp -d "${TMPDIR:-/tmp}/modemsim-conformance.XXXXXX")
chmod 755 "$work"

# Pure-FTPd keeps a list of its sessions there.
scoreboard=/run/pure-ftpd
[[ -e $scoreboard ]] && scoreboard=

# Debian's node, and its npm, look for their modules there.
modules=/usr/share/nodejs
[[ -e $modules ]] && modules=

# Removes what the tests leave if they are killed.
clean() {
	while IFS= read -r file; do
		say "ending the server that is left"
		kill -KILL "$(<"$file")" || true
	done < <(find "$work" -maxdepth 2 -name 'server-*.pid')
	while IFS=: read -r name _ _ _ _ home _; do
		if [[ $home == "$work"/* ]]; then
			say "removing the account $name that is left"
			userdel --force "$name"
		fi
	done < <(getent passwd)
	rm -rf "$work" ${scoreboard:+"$scoreboard"} ${modules:+"$modules"}
}
trap clean EXIT

root=$work/root
# The system's own programs first: others do not find the system's Python modules.
export PATH=$root/usr/sbin:$root/usr/bin:$root/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH

# Succeeds if a package is not needed. Many machines have Node and compilers from elsewhere.
there() {
	case $1 in
	npm) npm --version && node --eval 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' ;;
	g++) g++ --version ;;
	*) [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$1") == installed ]] ;;
	esac >/dev/null 2>&1
}

# Each program's file names its Debian package.
mapfile -t packages < <(sed -n 's|^// Package: ||p' conformance/*_test.go | sort -u)
missing=()
for package in "${packages[@]}"; do
	if there "$package"; then
		say "$package is there"
	else
		missing+=("$package")
	fi
done

# Unpacks packages and the dependencies that the system lacks.
unpack() {
	mkdir "$work/packages" "$work/root"
	apt-get update -qq
	for package in "$@"; do
		apt-get install --simulate -qq --no-install-recommends "$package" >"$work/plan"
		sed -n 's/^Inst \([^ ]*\) .*/\1/p' "$work/plan"
	done | sort -u >"$work/list"
	(cd "$work/packages" && xargs apt-get download -qq -o APT::Sandbox::User=root <"$work/list")
	for file in "$work"/packages/*.deb; do
		dpkg-deb --extract "$file" "$work/root"
	done
	rm -r "$work/packages"
}

if ((${#missing[@]})); then
	say "unpacking ${missing[*]}"
	unpack "${missing[@]}"
fi
export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}
for folder in "$root"/{usr/,}lib{,/*-linux-*}; do
	LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
done
export PYTHONPATH=$root/usr/lib/python3/dist-packages
export NODE_PATH=$root/usr/share/nodejs:/usr/share/nodejs
[[ $modules && -e $root$modules ]] && ln -sfn "$root$modules" "$modules"
# An unpacked g++ must be told where it finds the files that it shares with gcc.
if [[ -e $root/usr/bin/g++ ]]; then
	gcc=$(dirname "$(gcc -print-libgcc-file-name)")
	export COMPILER_PATH=$gcc CPLUS_INCLUDE_PATH=$gcc/include LIBRARY_PATH=$gcc
fi
# npm must write nothing to the home, and make in the tests must not inherit flags of this make.
export npm_config_cache=$work/npm
unset MAKEFLAGS MAKELEVEL

# The tests mostly wait for limits, so more of them run at once than there are processors.
say "go test -tags conformance ./conformance/..."
TMPDIR=$work "$go" test -tags conformance -count=1 -timeout 15m -parallel 8 ./conformance/... "$@"

# This is a module of its own, for what the modem itself does not need. -run and -update do not
# apply to it.
if [[ " $* " != *" -run"* ]]; then
	say "go test in conformance/golibs"
	(cd conformance/golibs && TMPDIR=$work "$go" test -count=1 ./...)
fi
say "passed"
