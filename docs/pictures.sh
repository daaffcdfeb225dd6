#!/usr/bin/env bash
# Renders the pictures of the texts from the running program:
#
#   docs/pictures.sh            all of them
#   docs/pictures.sh heat       those whose name holds "heat"
#
# It needs nothing but Go. Each picture takes about 20 seconds: rates and their
# history come only with time.
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

only=${1:-}
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
go build -o "$built" . ./ui/picture
mkdir -p docs/pictures

paper='#fbfbfa' # the background of a light terminal
orders='/ text:orders enter esc'

# shoot NAME SIZE KEYS [FLAG OF PICTURE]... -- ARGUMENT OF KSCOPE...
shoot() {
  local name=$1 size=$2 keys=$3 flags=()
  shift 3
  while [ "$1" != -- ]; do
    flags+=("$1")
    shift
  done
  shift
  [[ $name == *"$only"* ]] || return 0
  echo "docs/pictures/$name.png"
  "$built/picture" -size "$size" -keys "$keys" -wait 18s -rest 4s \
    ${flags[@]+"${flags[@]}"} -o "docs/pictures/$name.png" "$built/kscope" "$@"
}

shoot explorer-dark 160x45 "$orders 4" -- --demo
shoot explorer-light 160x45 "$orders 4" -ground "$paper" -- --demo
shoot explorer-80x24 80x24 '' -- --demo
shoot heat 150x36 'C z' -- --demo
shoot what-if 160x40 '4 w' -- --demo
shoot figures 130x46 "$orders 4 x" -- --demo
shoot compose 130x36 "$orders p text:user-42 tab tab text:{\"id\":9911,\"total\":12.50} wait:500ms ctrl+s" -- --demo
shoot send-many 130x36 "$orders p text:user-{{int_1_4000}} tab tab text:{\"id\":{{n}}} tab tab tab tab tab tab right tab text:60000 tab text:9000 ctrl+s wait:1s enter" -- --demo
shoot tail 160x36 "$orders 6 z b wait:2s / text:=value.total>200 enter wait:8s f text:paid enter" -- --demo
shoot record 130x42 "$orders 6 b wait:2s k k k enter" -- --demo
shoot diagnosis 130x22 '' -wait 3s -rest 1s -- -b 127.0.0.1:1
shoot group 160x45 '3 j wait:500ms j' -wait 3s -rest 2s -- replay docs/billing.jsonl
shoot create-topic 130x40 'n text:orders.v2 tab ctrl+u text:6 tab tab / text:min enter enter ctrl+u text:2 enter' -- --demo
