#!/bin/bash
# test.sh [--vm]: makes the Debian package, installs it in a Debian of its own, records a disc there as the service's user; with
# --vm also boots that Debian with systemd and tries what the units promise. Needs root, mmdebstrap, and linux.uml for --vm.
# Ends with one line: N passed, N failed. 77: a program is missing.
# Environment: SUITE (trixie, the first Debian whose Node is new enough), MIRROR.
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SUITE=${SUITE:-trixie} MIRROR=${MIRROR:-http://deb.debian.org/debian}

need() { for tool in "$@"; do command -v "$tool" >/dev/null || { echo "skipped: $tool is missing"; exit 77; }; done; }
need mmdebstrap dpkg-deb unshare
if [ "${1:-}" = --vm ]; then
  need linux.uml mke2fs
  why=$(. "$HERE/../rig/machine-uml.sh" && unfit)
  [ -z "$why" ] || { echo "skipped: $why"; exit 77; }
fi
[ "$(id -u)" = 0 ] || { echo 'skipped: not root'; exit 77; }

# In memory where there is room: most of what installing costs is waiting for disks.
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
[ "${room:-0}" -lt 3000000 ] || export TMPDIR=/dev/shm
WORK=$(mktemp -d "${TMPDIR:-/tmp}/spindle-service.XXXXXX")
ROOT=$WORK/root LOG=$WORK/log
trap 'rm -rf "$WORK"' EXIT
touch "$LOG"

# In the root, among processes of its own, which end with it: nobody else's are seen, nor killed.
APART=(--mount --pid --fork --kill-child "--root=$ROOT" --mount-proc)
inside() { unshare "${APART[@]}" "$@"; }

passed=0 failed=0
# Lines of those who ran inside.
count() {
  passed=$((passed + $(grep -c '^ok   ' "$1"))) failed=$((failed + $(grep -c '^FAIL ' "$1")))
  grep -E '^(ok  |FAIL) ' "$1"
}
die() {
  echo "FAIL $1"
  tail -n 60 "${2:-$LOG}"
  printf '%d passed, %d failed\n' "$passed" $((failed + 1))
  exit 1
}

echo "=== the package"
node "$HERE/../../packaging/build-deb.mjs" --out "$WORK" >"$LOG" 2>&1 || die 'the package is made'
echo "=== $SUITE"
mmdebstrap --quiet --variant=apt --include=nodejs,systemd,udev --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  "$SUITE" "$ROOT" "$MIRROR" >"$LOG" 2>&1 || die 'a Debian is made'
cp "$WORK"/*.deb "$ROOT/tmp/spindle.deb"
cp "$HERE"/{installed,guest}.sh "$ROOT/"
inside dpkg --force-unsafe-io -i /tmp/spindle.deb >"$LOG" 2>&1 || die 'the package is installed'
echo "=== installed"
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$(command -v unshare)" "${APART[@]}" bash /installed.sh >"$LOG" 2>&1 || die 'the program is tried' 
count "$LOG"

# boot NAME: the root as the disk of a machine of its own, which runs /guest.sh with that word and powers off.
boot() {
  TMPDIR=${TMPDIR:-/tmp} timeout -k 5 900 linux.uml "ubd0=$WORK/disk" root=/dev/ubda rw mem=1G init=/lib/systemd/systemd \
    con0=fd:0,fd:1 con=null quiet loglevel=3 systemd.show_status=0 "uml_dir=$WORK/" "spindle.test=$1" \
    </dev/null >"$WORK/$1.log" 2>&1
  grep -q '^done' "$WORK/$1.log" || die "the machine has run: $1" "$WORK/$1.log"
  count "$WORK/$1.log"
}

if [ "${1:-}" = --vm ]; then
  cp "$HERE/guest.service" "$ROOT/usr/lib/systemd/system/"
  ln -s /usr/lib/systemd/system/guest.service "$ROOT/etc/systemd/system/multi-user.target.wants/"
  # Drives to record on, something to record, and a watchdog that needs less patience.
  echo '{"groups":["spindle"],"roots":{"srv":"/srv"},"virtualDrives":5}' >"$ROOT/etc/spindle/spindled.json"
  head -c 3M /dev/urandom >"$ROOT/srv/data/random"
  mkdir "$ROOT/etc/systemd/system/spindled.service.d"
  printf '[Service]\nWatchdogSec=20\n' >"$ROOT/etc/systemd/system/spindled.service.d/test.conf"
  # The next version, which notes what runs when its files are unpacked.
  dpkg-deb -R "$ROOT/tmp/spindle.deb" "$WORK/next" >"$LOG" 2>&1 || die 'the package is taken apart'
  sed -i 's/^Version: .*/&.1/' "$WORK/next/DEBIAN/control"
  echo '// of the next version' >>"$WORK/next/usr/lib/spindle/dist/worker/main.js"
  printf '#!/bin/sh\nsystemctl is-active spindled.service spindled.socket >/root/at-unpack || true\n' >"$WORK/next/DEBIAN/preinst"
  chmod 755 "$WORK/next/DEBIAN/preinst"
  dpkg-deb -Zgzip -b "$WORK/next" "$ROOT/root/next.deb" >"$LOG" 2>&1 || die 'the next version is made'
  rm -rf "$ROOT/tmp/spindle.deb" "$ROOT"/var/{cache,lib}/apt
  mke2fs -q -t ext4 -d "$ROOT" "$WORK/disk" 1500M >"$LOG" 2>&1 || die 'a disk is made'
  echo '=== systemd, until the host is shut down'
  boot first
  echo '=== after that, until it is shut down without a daemon'
  boot second
  echo '=== after that'
  boot third
fi
[ "$failed" = 0 ] || tail -n 100 "$WORK"/*.log
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
