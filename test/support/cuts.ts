import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { cpSync } from 'node:fs';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import type { Passage } from '../../src/named-point.js';
import { temporaryFolder } from './temporary-folder.js';

/** Copies a folder as a death of this process would leave it: before and after each time that the file in it gets its name. Tells the copies. */
export const copiedAtCuts = (folder: string, file: string): (() => readonly string[]) => {
  const into = temporaryFolder();
  const copies: string[] = [];
  const onPassage = (message: unknown): void => {
    const { point } = message as Passage;
    if (point.at !== 'file' || point.path !== join(folder, file)) return;
    const copy = join(into, String(copies.length));
    cpSync(folder, copy, { recursive: true });
    copies.push(copy);
  };
  subscribe('spindle:named-point', onPassage);
  const stop = (): boolean => unsubscribe('spindle:named-point', onPassage);
  onTestFinished(() => void stop());
  return () => {
    stop();
    return copies;
  };
};
