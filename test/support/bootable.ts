import { existsSync } from 'node:fs';
import { expect } from 'vitest';

import { hasTool } from './has-tool.js';
import { type Boot, bootImage } from './virtual-machine.js';

/** Longer than a machine is waited for, so that a test that fails says what the machine said. */
export const BOOT_TEST_MS = 250_000;

/** Whether a program or a file of another package is not there. */
export const missing = (...needs: string[]): boolean =>
  !needs.every((need) => (need.startsWith('/') ? existsSync(need) : hasTool(need)));

/** One machine per boot, and few of them: this machine has no KVM. */
export const boots = (image: () => string, how: Boot, marker: RegExp) => async (): Promise<void> => {
  expect(await bootImage(image(), how, marker)).toMatch(marker);
};
