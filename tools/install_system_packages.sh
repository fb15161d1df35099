#!/bin/sh
# Installs the system packages that some tests use (PostgreSQL; Chromium with fonts; Java for Spark where asked for), when that is possible; their tests skip otherwise.
set -u
missing=""
[ -n "$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null)" ] || missing="$missing postgresql"
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium fonts-dejavu-core"
if [ "${1:-}" = java ] && ! command -v java >/dev/null 2>&1; then missing="$missing default-jre-headless"; fi
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "not installed, and this user cannot install:$missing. The tests that need them are skipped." >&2
    exit 0
fi
echo "installing:$missing"
apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
    echo "could not install:$missing. The tests that need them are skipped." >&2
exit 0
