#!/usr/bin/env bash
# Films the tail at full speed beside a bare loop of the client library, each reading
# the same topic of a real broker from its beginning, at the same time:
#
#   docs/film.sh                20,000,000 records of 100 bytes
#   docs/film.sh 30000000       that many
#
# It needs Go, java 17 or later, and the first time mvn. The loop does nothing with the
# records; the tail decodes, keeps and shows them.
set -euo pipefail
cd "$(dirname "$0")/.."

records=${1:-20000000}
built=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$built"' EXIT
go build -o "$built" . ./ui/picture ./ui/bench/bare ./kafka/realkafka/up

mkfifo "$built/orders"
"$built/up" -nodes 1 -heap 512m -large "$records" <"$built/orders" >"$built/up.log" &
exec 3>"$built/orders"
until grep -q '^PLAINTEXT ' "$built/up.log"; do
  kill -0 $! || { cat "$built/up.log" >&2; exit 1; }
  sleep 0.2
done
seed=$(awk '/^PLAINTEXT / { print $2 }' "$built/up.log")

"$built/picture" -size 86x26 -points 12 -wait 5s -keys '/ text:large enter esc 6 z wait:1s o tab ctrl+u text:beginning wait:1s film ctrl+s' -film 12s \
  -beside "$built/bare $seed large $records" -o docs/pictures/full-speed.gif \
  "$built/kscope" -b "$seed"
