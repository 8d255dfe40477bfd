import { execFileSync } from 'node:child_process';

/** Whether a program is installed; tests that need one that is not are skipped by name. */
export const hasTool = (name: string): boolean => {
  try {
    execFileSync('which', [name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
