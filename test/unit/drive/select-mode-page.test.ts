import { describe, expect, it } from 'vitest';
import { openDrive } from '../../../src/drive/drive-session.js';
import { selectModePage } from '../../../src/drive/select-mode-page.js';
import { fastTiming } from '../../support/burn-rig.js';
import { hex, unhex } from '../../support/hex.js';
import { good, scriptedTransport, sense } from '../../support/scripted-transport.js';

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

describe('a mode page behind a bridge that knows the commands of six bytes alone', () => {
  it('is set by MODE SELECT (6), its header of four bytes', async () => {
    const page = '1d 08 00 00 00 00 00 1e 00 78';
    const wanted = '1d 08 00 00 00 00 00 3c 00 78';
    const values = [page, '1d 08 00 00 00 00 ff ff ff ff', wanted];
    const asked = (bytes: string) => [sense('5/20/00'), good(unhex(`0d 00 00 00 ${bytes}`))];
    const transport = scriptedTransport(
      ...asked(values[0]!),
      ...asked(values[1]!),
      sense('5/20/00'),
      good(),
      ...asked(wanted),
      ...Array.from({ length: 6 }, () => sense('5/24/00')),
    );
    const session = openDrive({ transport, timing: fastTiming() });
    const [view] = await selectModePage(session, { code: 0x1d, page: unhex(wanted), save: false });
    expect(view).toMatchObject({ code: 0x1d, current: { raw: wanted } });
    const sent = transport.sent.find(({ cdb }) => cdb[0] === 0x15);
    expect(sent && hex(sent.cdb)).toBe('15 10 00 00 0e 00');
    expect(sent).toMatchObject({ data: unhex(`00 00 00 00 ${wanted}`) });
  });
});
