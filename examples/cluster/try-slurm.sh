#!/bin/bash
# Proves on one machine that a suite run as a Slurm array comes to what a single process comes to:
# starts a controller and a node, runs the suite once whole and once as an array, kills a task on
# the way, submits it again alone, merges, and compares byte for byte but for times. Stops what it
# has started.
#
#   examples/cluster/try-slurm.sh [SUITE]      default: demo
#
# Needs `slurm-wlm` and `munge`; takes about three times as long as the suite.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
suite=${1:-demo}
export SHARDS=3 NO_COLOR=1
export SEMFOCUS="node $PWD/cli/semfocus.js"
work=$(mktemp -d)
trap '"$here/local-slurm.sh" stop "$work/slurm"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

say() {
  printf '\n== %s\n' "$*"
}
fail() {
  echo "FAILED: $*" >&2
  tail -n 20 "$work"/log-* >&2 || true
  exit 1
}
# Submits the job file, all output into files of their own, two cores for the node to share.
submit() {
  sbatch --parsable --cpus-per-task=1 --mem=1G --output="$work/log-%A_%a" "$@" \
    "$here/slurm-array.sh" "$suite" "$work/shared"
}
wait_for() {
  while [ -n "$(squeue -h -j "$1" 2> /dev/null)" ]; do sleep 1; done
}
# Times differ from run to run and nothing else may.
without_times() {
  sed -E 's/"computeMs":[0-9.e+-]+/"computeMs":0/g; s/,"timing":\{[^}]*\}//' "$1/records.jsonl"
}

say "a controller and a node"
"$here/local-slurm.sh" start "$work/slurm"
export SLURM_CONF=$work/slurm/slurm.conf
sbatch --version
sinfo

say "$suite in a single process"
$SEMFOCUS run "$suite" --out "$work/single" --workers 1 > "$work/log-single" 2>&1 || fail "the single run"
wc -l < "$work/single/records.jsonl"

say "$suite as an array of $SHARDS; task 1 is killed as soon as it has stored a trajectory"
job=$(submit --array="0-$((SHARDS - 1))")
partial() { cat "$work"/shared/shard-*-2of$SHARDS.*.partial.jsonl 2> /dev/null | wc -l; }
until [ "$(partial)" -ge 2 ]; do
  [ -n "$(squeue -h -j "$job" 2> /dev/null)" ] || fail "task 1 ended before it could be killed: take a longer suite"
  sleep 0.2
done
# As the kernel does when memory runs out: no warning. The lock says which process it is.
kill -KILL "$(sed -E 's/.*"pid":([0-9]+).*/\1/' "$work"/shared/shard-*-2of$SHARDS.lock)"
wait_for "$job"
ls "$work/shared"
[ ! -e "$work"/shared/shard-*-2of$SHARDS.jsonl.gz ] || fail "task 1 has ended all the same"

say "merged now, task 1 is missed"
code=0
$SEMFOCUS merge "$work/shared" --out "$work/merged" || code=$?
[ $code = 3 ] || fail "the merge came to $code, not to 3"

say "task 1 alone, submitted again"
job=$(submit --array=1)
wait_for "$job"
cat "$work/log-${job}_1"
grep -q 'were done before' "$work/log-${job}_1" || fail "it began anew"

say "merged"
$SEMFOCUS merge "$work/shared" --out "$work/merged"
cmp "$work/single/plan.json" "$work/merged/plan.json" || fail "the plans differ"
cmp <(without_times "$work/single") <(without_times "$work/merged") || fail "the records differ"
for preview in "$work"/single/previews/*; do
  cmp "$preview" "$work/merged/previews/$(basename "$preview")" || fail "a preview differs"
done
say "equal: plan.json, $(wc -l < "$work/merged/records.jsonl") records byte for byte but for times, $(find "$work/merged/previews" -type f | wc -l) previews"
