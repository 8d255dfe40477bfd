import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Text files by their path below a folder that another program has extracted, whatever modes it gave them. */
export const extractedFiles = (folder: string): Record<string, string> => {
  execFileSync('chmod', ['-R', 'u+w', folder]);
  const files = execFileSync('find', [folder, '-type', 'f', '-printf', '%P\\0'], { encoding: 'utf8' });
  return Object.fromEntries(
    files
      .split('\0')
      .filter(Boolean)
      .map((path) => [path, readFileSync(`${folder}/${path}`, 'utf8')]),
  );
};
