#!/bin/bash
# A batch as an array job of Slurm: one task per shard, each on its own cores and memory.
#
#   BATCH=instances/norway-2020/batches/counties.toml OUT=/shared/counties \
#       sbatch --array=1-11 recipes/slurm.sh
#   SHARDS=11 … sbatch --array=4 recipes/slurm.sh      # the fourth again, where it was cut short
#
# BATCH and OUT lie on a file system that all nodes see, and so does the program (REGIONFRONT, or
# on the path). A task that is sent again goes on where it was. When all are done:
#
#   regionfront batch merge /shared/counties/shard-* -o /shared/counties/whole
#
#SBATCH --job-name=regionfront
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=12:00:00
#SBATCH --signal=TERM@60
#SBATCH --output=%x-%A-%a.log
set -u

: "${BATCH:?name the batch file: BATCH=…}" "${OUT:?name a shared directory: OUT=…}"
# How many shards: a part of an array that is sent again must say, as Slurm counts that part only.
shards=${SHARDS:-$SLURM_ARRAY_TASK_MAX}

# srun hands the signal before the time limit on to the program, which keeps what it has.
srun --ntasks=1 "${REGIONFRONT:-regionfront}" batch "$BATCH" \
    --shard "$SLURM_ARRAY_TASK_ID/$shards" \
    --output "$OUT/shard-$SLURM_ARRAY_TASK_ID" --resume \
    --threads "${SLURM_CPUS_PER_TASK:-1}" ${SLURM_MEM_PER_NODE:+--memory "$SLURM_MEM_PER_NODE"} \
    --limit-ok --quiet --format csv >/dev/null
code=$?

# Answers that are proofs of infeasibility, or lack a plan at the limit, are answers: the rows say
# so. Only what failed fails the task.
case $code in
    0 | 3 | 4 | 5) exit 0 ;;
    *) exit "$code" ;;
esac
