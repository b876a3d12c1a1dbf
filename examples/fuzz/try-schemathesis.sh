#!/bin/bash
# Sends `semfocus serve` what a client should not: requests that schemathesis makes from its OpenAPI
# document, with the token and without, and clients that are slow, cut off or no HTTP at all.
#
#   examples/fuzz/try-schemathesis.sh [VENV [SECONDS]]
#
# VENV is where schemathesis is installed, or is already (default: a temporary folder). SECONDS is how
# long it makes requests (default: 300). Needs Python 3.11 with venv and 250 MB. Ends with 0 if every
# request had an answer that the document describes, and the server is as well as before.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" || true; rm -rf "$work"' EXIT
venv=${1:-$work/venv}
seconds=${2:-300}

if [ ! -x "$venv/bin/python" ]; then
  printf '== schemathesis into %s\n' "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet 'schemathesis==4.32.5' numpy
fi

token=0123456789abcdef0123456789abcdef
printf '%s\n' "$token" > "$work/token.txt"
# The toy computes its frames in a process of its own, as an instrument exposes: a simulation keeps its
# server from answering for as long as it computes, which is minutes for the largest frames.
toy="exec:\"$venv/bin/python\" \"$here/../python/toy_microscope.py\""
node "$here/../../cli/semfocus.js" serve --microscope "$toy" --port 0 --token-file "$work/token.txt" \
  2> "$work/serve.log" &
server=$!
until url=$(grep -o 'http://[0-9.:]*' "$work/serve.log"); do
  kill -0 "$server" || { cat "$work/serve.log"; exit 1; }
  sleep 0.1
done

# Valid by the document and outside the range of this microscope is refused, so that what is valid need
# not be accepted. 501 says what a server of ours does not do. A hold stays open on purpose: it is left to
# slow_clients.py.
cat > "$work/schemathesis.toml" <<'END'
[checks]
positive_data_acceptance.enabled = false
not_a_server_error.expected-statuses = ["2xx", "4xx", "501"]
END
printf '== schemathesis, %s s\n' "$seconds"
code=0
venv=$(cd "$venv" && pwd)
# It leaves a cache where it runs.
(cd "$work" && "$venv/bin/schemathesis" --config-file schemathesis.toml run "$url/openapi.json" \
  -H "Authorization: Bearer $token" --exclude-path /hold/begin --max-time "$seconds" --seed 1 \
  --workers 2 --request-timeout 60 --continue-on-failure --warnings off --no-color) || code=$?

printf '== slow clients and wrong tokens\n'
"$venv/bin/python" "$here/slow_clients.py" "$url" "$token" || code=$?

# As well as before: it ends as it should, and has said nothing since it began.
kill -INT "$server"
wait "$server" || { code=$?; printf 'semfocus serve has ended with %s\n' "$code"; }
server=
tail -n +2 "$work/serve.log"
exit "$code"
