#!/bin/bash
# Proves that semfocus focuses through software that nobody here wrote: installs fibsem-os 0.5.3 from
# PyPI, starts its server with frames that `semfocus serve` renders, and runs `semfocus focus` through
# it from the nine starts of the article's figure 5. The same starts in one process stand beside it.
#
#   examples/fibsem/try-fibsem.sh [VENV [ALGORITHM...]]
#
# VENV is where fibsem-os is installed, or is already (default: a temporary folder). Algorithms are
# those of starts.json (default: all). Needs Python 3.11 with venv, 800 MB and about half an hour.
# Ends with 0 if every start comes to focus.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
semfocus=(node "$here/../../cli/semfocus.js")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
venv=${1:-$work/venv}
algorithms=$(IFS=,; echo "${*:2}")

if [ ! -x "$venv/bin/python" ]; then
  printf '== fibsem-os into %s\n' "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet 'fibsem==0.5.3' fastapi 'uvicorn[standard]' requests
fi

printf '== in one process\n'
"${semfocus[@]}" run "$here/starts.json" --preset "$here/preset.json" --out "$work/single" \
  ${algorithms:+--algorithms "$algorithms"} > "$work/single.log" 2>&1 || { cat "$work/single.log"; exit 1; }

printf '== through fibsem-os\n'
# Not of this script, but of the server's user.
export HOME=$work
"$venv/bin/python" "$here/nine_starts.py" "$work/single/records.jsonl" "$work" "${semfocus[@]}" ||
  { code=$?; tail -n 5 "$work"/*.log; exit "$code"; }
