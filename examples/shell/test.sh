#!/bin/sh
# What a CI job runs. modemsim exec exits with the exit code of the program, or of the verdict;
# sh -e stops at the first that is not 0.
set -eu
cd "$(dirname "$0")"

modemsim exec --quiet --timeout 30s -- sh check.sh {tty}
modemsim exec --quiet --speed 20 --junit "${1:-report.xml}" --scenario first-at-lost --scenario late-network.scn --scenario refused.scn -- sh check.sh {tty}
