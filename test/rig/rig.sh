#!/bin/bash
# rig.sh [-o OUT] JOB [ARGUMENT]: boots the guest, runs JOB in it as root with bash, ends with JOB's status.
# OUT (default $RIG_WORK/out) is /mnt/out in the guest. 125: the rig itself failed.
# Environment: RIG_WORK, MEM, TMO (seconds for all of it).
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/work.sh"
OUT=$RIG_WORK/out

die() { echo "rig: $*" >&2; exit 125; }

while getopts o: o; do
  case $o in
    o) OUT=$OPTARG ;;
    *) die 'usage: rig.sh [-o OUT] JOB [ARGUMENT]' ;;
  esac
done
shift $((OPTIND - 1))
JOB=$(readlink -f "$1")
OUT=$(readlink -m "$OUT")
[ -f "$JOB" ] || die "no job: $1"
[ -f "$RIG_WORK/initrd.gz" ] || die "nothing in $RIG_WORK, run setup.sh first"
for path in "$HERE" "$RIG_WORK" "$JOB" "$OUT"; do
  case $path in
    *[[:space:],]*) die "no blanks or commas, please: $path" ;;
    /mnt/* | /run/* | /dev/* | /proc/* | /sys/*) die "hidden in the guest: $path" ;;
  esac
done

mkdir -p "$OUT"
rm -f "$OUT/status"
# The guest's memory is a file. In RAM where there is room, else where everything else goes.
MEMORY=$(mktemp -d "$RIG_WORK/memory.XXXXXX")
trap 'rm -rf "$MEMORY"' EXIT
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
[ "${room:-0}" -lt 2000000 ] || in_ram=/dev/shm

# Its own process group, so that all of its processes end with it.
TMPDIR=${in_ram:-$MEMORY} timeout -k 5 "${TMO:-450}" linux.uml \
  "mem=${MEM:-1536M}" "initrd=$RIG_WORK/initrd.gz" con0=fd:0,fd:1 con=null quiet loglevel=3 \
  "uml_dir=$MEMORY/" "rig.here=$HERE" "rig.work=$RIG_WORK" "rig.out=$OUT" "rig.job=$JOB" "rig.argument=${2:-}" \
  </dev/null 2>&1 | tee "$OUT/console.log"
[ -f "$OUT/status" ] || die 'the guest has not said how its job ended'
exit "$(cat "$OUT/status")"
