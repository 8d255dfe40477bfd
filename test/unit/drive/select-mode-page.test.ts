import { describe, expect, it } from 'vitest';
import { openDrive } from '../../../src/drive/drive-session.js';
import { selectModePage } from '../../../src/drive/select-mode-page.js';
import { fastTiming } from '../../support/burn-rig.js';
import { unhex } from '../../support/hex.js';
import { scriptedTransport } from '../../support/scripted-transport.js';

describe('a mode page that is another one than is named', () => {
  it('is refused as that, before the drive hears of it', async () => {
    const transport = scriptedTransport();
    const session = openDrive({ transport, timing: fastTiming() });
    const page = unhex('17 08 00 00 00 00 00 1e 00 78');
    await expect(selectModePage(session, { code: 0x1d, page, save: false })).rejects.toMatchObject({
      code: 'mode-page-unchangeable',
      errors: [{ pointer: '/page/0', message: 'is page 23, and the address names page 29' }],
    });
    expect(transport.sent).toEqual([]);
  });
});
