import { randomFillSync } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a folder must hold to be worth a demonstration. */
const ENOUGH = { bytes: 200 * 1024 * 1024, files: 2000 } as const;

interface Size {
  readonly bytes: number;
  readonly files: number;
}

const sizeOf = (folder: string): Size => {
  let [bytes, files] = [0, 0];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += statSync(path.join(entry.parentPath, entry.name)).size;
  }
  return { bytes, files };
};

/** Files of random bytes, of which no two are alike, until the sum is enough. */
const fillUp = (folder: string, { bytes, files }: Size): Size => {
  mkdirSync(folder, { recursive: true });
  const missingFiles = Math.max(1, ENOUGH.files - files);
  const each = Math.ceil(Math.max(ENOUGH.bytes - bytes, missingFiles) / missingFiles);
  const content = new Uint8Array(each);
  for (let number = 0; number < missingFiles; number += 1) {
    writeFileSync(
      path.join(folder, `generated-${String(number).padStart(5, '0')}.bin`),
      randomFillSync(content),
    );
  }
  return { bytes: bytes + each * missingFiles, files: files + missingFiles };
};

/** A real folder, and generated files beside it when it is too small. */
export const prepareDemoSource = (real: string, generated: string): Size & { readonly added: boolean } => {
  const size = sizeOf(real);
  const added = size.bytes < ENOUGH.bytes || size.files < ENOUGH.files;
  return { ...(added ? fillUp(generated, size) : size), added };
};
