#!/bin/sh
# Counts the instructions of five commands and compares them with the counts on record.
#
# Instructions, not seconds: they are the same on a busy machine as on an idle one, to a few in ten
# thousand, so that a slowdown of some per cent is seen. They still differ between processors and
# compilers, so record again (--record) on the machine that compares. Needs valgrind, and a binary
# that is built. Fails when a command takes TOLERANCE per cent more instructions than recorded.
# Usage: sh benches/instructions.sh [--record] [BINARY]
set -eu
cd "$(dirname "$0")/.."

TOLERANCE=3
record=benches/instructions.csv
mode=compare
if [ "${1:-}" = --record ]; then
    mode=record
    shift
fi
binary=${1:-${CARGO_TARGET_DIR:-target}/release/regionfront}

command -v valgrind >/dev/null 2>&1 || { echo 'instructions: valgrind is missing' >&2; exit 1; }
[ -x "$binary" ] || { echo "instructions: $binary is not built" >&2; exit 1; }

# Name and command: loading, the exact engine, fronts, the compact model, explanations.
commands() {
    cat <<'COMMANDS'
load inspect instances/viken-2020
exact solve instances/viken-2020 --k 9 --threads 1 --no-explain
front front instances/tiny --k 2..4 --against min-population --threads 1
compact solve instances/tiny --k 3 --engine compact --threads 1
explain explain instances/tiny --k 5 --no-scenario --min-population 10000
COMMANDS
}

count() {
    # A command may end with another code than 0, as when nothing keeps the rules.
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" "$@" 2>&1 >/dev/null |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
echo 'name,instructions,command' >"$counts"
commands | while read -r name arguments; do
    # The arguments are meant to be split.
    # shellcheck disable=SC2086
    counted=$(count $arguments)
    [ -n "$counted" ] || { echo "instructions: $name was not counted" >&2; exit 1; }
    echo "$name,$counted,$arguments" >>"$counts"
done

if [ "$mode" = record ]; then
    cp "$counts" "$record"
    cat "$record"
    exit 0
fi

awk -F, -v tolerance="$TOLERANCE" '
    FNR == 1 { next }
    NR == FNR { before[$1] = $2; next }
    !($1 in before) { print $1 " is not on record"; failed = 1; next }
    {
        change = ($2 / before[$1] - 1) * 100
        verdict = change > tolerance ? "  MORE" : ""
        printf "%-8s %14d  before %14d  %+.2f %%%s\n", $1, $2, before[$1], change, verdict
        if (change > tolerance) failed = 1
    }
    END { exit failed }
' "$record" "$counts"
