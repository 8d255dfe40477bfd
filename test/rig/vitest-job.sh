#!/bin/bash
# Job of the guest: the tests in test/vm, or those whose path contains a word of ARGUMENT, which are separated by commas.
cd "$RIG_HERE/../.." || exit
set -o pipefail
# What takes long is sampled where it was not asked for.
export RIG_ASKED="${1:-}"
IFS=, read -ra words <<<"${1:-}"
node node_modules/vitest/vitest.mjs run --config test/vm/vitest.config.ts "${words[@]}" \
  --reporter=verbose --reporter=json --outputFile.json=/mnt/out/tests.json | cat
