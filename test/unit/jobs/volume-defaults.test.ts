import { describe, expect, it } from 'vitest';
import type { ListedVolume } from '../../../src/image/import/listed-volumes.js';
import { volumeDefaults, volumeLike } from '../../../src/jobs/volume-defaults.js';

const volume = (
  fileSystem: ListedVolume['fileSystem'],
  volumeIdentifier = '',
  more: Partial<ListedVolume> = {},
): ListedVolume => ({ fileSystem, volumeIdentifier, ...more });

describe('the options of a volume that goes on with another', () => {
  it('are the file systems that are there, and no others', () => {
    const plain = volumeLike([volume('joliet'), volume('iso9660')]);
    expect(plain).toMatchObject({ joliet: true, rockRidge: false, udf: false });
    expect(plain?.iso9660).toMatchObject({ enhanced: false });
    expect(volumeLike([volume('iso9660'), volume('enhanced')])?.iso9660).toMatchObject({ enhanced: true });
    const alone = volumeLike([volume('udf', '', { udfRevision: '2.01' })]);
    expect(alone).toMatchObject({ iso9660: false, joliet: false, udf: { revision: '2.01' } });
  });

  it('name it as it is called, and not at all where it has no name', () => {
    const named = volumeLike([
      volume('rock-ridge', 'MAIL'),
      volume('joliet', 'Mail'),
      volume('iso9660', 'MAIL'),
    ]);
    expect(named).toMatchObject({ identifier: 'Mail', identifiers: { iso9660: 'MAIL', joliet: 'Mail' } });
    const nameless = volumeLike([volume('iso9660')]);
    expect([nameless?.identifier, nameless?.identifiers]).toEqual([undefined, {}]);
  });

  it('are those of the medium where there is no volume', () => {
    expect(volumeLike([])).toBeUndefined();
    expect(volumeDefaults('bd-re')).toMatchObject({ udf: { revision: '2.50' } });
  });
});
