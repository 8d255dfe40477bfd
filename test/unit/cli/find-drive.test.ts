import { describe, expect, it } from 'vitest';
import type { Client } from '../../../src/cli/client.js';
import { findDrive } from '../../../src/cli/commands/drives.js';

const drive = (id: string, name: string) => ({
  id,
  name,
  transport: 'sg',
  accepting: true,
  enabled: true,
  holding: 'free',
});

/** Two drives of one model have one name until somebody gives them others. */
const client = {
  call: () =>
    Promise.resolve({ items: [drive('a', 'ACME DVDRW'), drive('b', 'ACME DVDRW'), drive('c', 'a')] }),
} as unknown as Client;

describe('a drive that is named', () => {
  it('by a name that two drives have is refused, with their ids', async () => {
    await expect(findDrive(client, 'ACME DVDRW')).rejects.toMatchObject({
      code: 'invalid-request',
      errors: [{ message: 'name one by its id: a, b' }],
    });
  });

  it('by an id is that one, whatever others are called', async () => {
    expect((await findDrive(client, 'a')).name).toBe('ACME DVDRW');
    expect((await findDrive(client, 'b')).id).toBe('b');
  });
});
