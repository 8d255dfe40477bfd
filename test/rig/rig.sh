#!/bin/bash
# rig.sh [-o OUT] JOB [ARGUMENT]: boots the guest, runs JOB in it as root with bash, ends with JOB's status.
# OUT (default $RIG_WORK/out) is /mnt/out in the guest; two guests at a time need one each. 125: the rig itself failed.
# Environment: RIG_WORK, RIG_MACHINE (uml or qemu), MEM, TMO (seconds for all of it).
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CHECKOUT=$(cd "$HERE/../.." && pwd)
. "$HERE/work.sh"
OUT=$RIG_WORK/out
MEM=${MEM:-1536M}
TMO=${TMO:-$((450 * PATIENCE))}

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
[ -f "$MACHINE/initrd.gz" ] || die "nothing in $MACHINE, run setup.sh first"
for path in "$CHECKOUT" "$RIG_WORK" "$JOB" "$OUT"; do
  case $path in
    *[[:space:],]*) die "no blanks or commas, please: $path" ;;
    /mnt/* | /run/* | /dev/* | /proc/* | /sys/*) die "hidden in the guest: $path" ;;
  esac
done

mkdir -p "$OUT"
rm -f "$OUT/status"
SCRATCH=$(mktemp -d "$RIG_WORK/scratch.XXXXXX")
trap 'rm -rf "$SCRATCH"' EXIT

boot quiet loglevel=3 "rig.machine=$RIG_MACHINE" "rig.modules=$MODULES" "rig.patience=$PATIENCE" \
  "rig.here=$HERE" "rig.work=$RIG_WORK" "rig.out=$OUT" "rig.job=$JOB" "rig.argument=${2:-}" \
  </dev/null 2>&1 | tee "$OUT/console.log"
ended=${PIPESTATUS[0]}
[ ! -f "$OUT/status" ] || exit "$(cat "$OUT/status")"
[ "$ended" != 124 ] || die "$TMO seconds were over (TMO) before the guest had done its job"
die 'the guest has not said how its job ended'
