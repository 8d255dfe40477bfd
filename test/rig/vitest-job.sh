#!/bin/bash
# Job of the guest: the tests in test/vm, or those whose path contains ARGUMENT.
cd "$RIG_HERE/../.." || exit
set -o pipefail
node node_modules/vitest/vitest.mjs run --config test/vm/vitest.config.ts "${1:-}" \
  --reporter=verbose --reporter=json --outputFile.json=/mnt/out/tests.json | cat
