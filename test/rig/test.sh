#!/bin/bash
# npm run test:vm [-- NAME]: the tests in test/vm, in the rig; test:vm:qemu in the machine that is emulated.
# Ends with N passed, N failed, N skipped.
# Without the rig's packages, or where its machine cannot run, the tests count as skipped, and it ends with 77.
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/work.sh"
TESTS=$HERE/../vm

skip() { # WHY
  echo "no virtual machine: $1"
  echo "0 passed, 0 failed, $(grep -hE "^ +(it|cell)[.(]" "$TESTS"/*.test.ts | wc -l) skipped"
  exit 77
}

missing=()
for program in "${PROGRAMS[@]}" busybox gcc cpio modprobe udevadm tgtd iscsid python3; do
  PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null || missing+=("$program")
done
[ ${#missing[@]} = 0 ] || skip "${missing[*]} missing; as root: RIG_MACHINE=$RIG_MACHINE test/rig/setup.sh"
why=$(unfit)
[ -z "$why" ] || skip "$why; npm run test:vm:qemu needs no such machine"

NOAPT=1 "$HERE/setup.sh" || exit
# All of them take longer than a job may.
[ -n "${1:-}" ] || export TMO="${TMO:-$((1800 * PATIENCE))}"
rm -f "$RIG_WORK/out/tests.json"
"$HERE/rig.sh" "$HERE/vitest-job.sh" "${1:-}"
status=$?
[ -f "$RIG_WORK/out/tests.json" ] || exit 1
node -e '
  const { numPassedTests: p, numFailedTests: f, numPendingTests: s, numTodoTests: t } =
    JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  console.log(`${p} passed, ${f} failed, ${s + t} skipped`);' "$RIG_WORK/out/tests.json"
exit $status
