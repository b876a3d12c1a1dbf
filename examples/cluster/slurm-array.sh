#!/bin/bash
# A suite on a Slurm cluster: one array task per shard, all writing into one shared folder.
#
#   sbatch examples/cluster/slurm-array.sh figure-5 results/figure-5
#
# Failed or preempted tasks alone again, with everything else as it was:
#
#   sbatch --array=2,5 examples/cluster/slurm-array.sh figure-5 results/figure-5
#
# When all are there (or as a job of its own, with --dependency=afterok:JOBID):
#
#   npx semfocus merge results/figure-5 --out results/figure-5
#
# Submit from the folder of semfocus, or set SEMFOCUS to the command that starts it.

#SBATCH --job-name=semfocus
# Tasks 0 to SHARDS - 1. Another number of shards is changed here and below.
#SBATCH --array=0-6
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=02:00:00
# A minute before the time is up semfocus is told to keep what has ended; what was preempted or
# lost its node is run again by Slurm and goes on from there.
#SBATCH --signal=TERM@60
#SBATCH --requeue
#SBATCH --output=semfocus-%A_%a.log

set -euo pipefail
suite=${1:-figure-5}
out=${2:-results/$suite}
# Belongs to the plan: a resubmission of two tasks is still two of seven.
shards=${SHARDS:-7}
read -ra semfocus <<< "${SEMFOCUS:-npx semfocus}"

exec srun --ntasks=1 --cpus-per-task="$SLURM_CPUS_PER_TASK" \
  "${semfocus[@]}" run "$suite" --out "$out" \
  --shard "$((SLURM_ARRAY_TASK_ID + 1))/$shards" --workers "$SLURM_CPUS_PER_TASK"
