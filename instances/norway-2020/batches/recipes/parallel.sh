#!/bin/sh
# A batch by GNU parallel: shards side by side, here or on the machines of a list.
#
#   recipes/parallel.sh instances/norway-2020/batches/counties.toml runs/counties 4
#   SERVERS=hosts.txt recipes/parallel.sh …      # needs a file system that all of them see
#
# On one machine `regionfront batch` does the same by itself; this is for several, and for those who
# drive everything by parallel. Sent again, it goes on where it was.
set -eu

batch=${1:?the batch file}
out=${2:?a directory}
shards=${3:?how many shards}
program=${REGIONFRONT:-regionfront}
threads=${THREADS:-1}

mkdir -p "$out"
# Exit codes 3, 4 and 5 are answers; the rows say which.
# shellcheck disable=SC2016
seq "$shards" | parallel ${SERVERS:+--sshloginfile "$SERVERS"} --workdir "$PWD" \
    --jobs "${JOBS:-100%}" --joblog "$out/parallel.log" --halt soon,fail=100% \
    "$program batch $batch --shard {}/$shards --output $out/shard-{} --resume --threads $threads \
        --limit-ok --quiet --format csv >/dev/null; \
     code=\$?; case \$code in 0|3|4|5) exit 0;; *) exit \$code;; esac"

# shellcheck disable=SC2046
"$program" batch merge $(seq -f "$out/shard-%g" "$shards") --output "$out/whole" --force
