import { describe, expect, it } from 'vitest';
import { openDrive } from '../../../src/drive/drive-session.js';
import { type Look, look } from '../../../src/drive/look.js';
import type { Answer } from '../../../src/transport/transport.js';
import { fastTiming } from '../../support/burn-rig.js';
import { unhex } from '../../support/hex.js';
import { good, scriptedTransport, sense } from '../../support/scripted-transport.js';

// Typed from MMC-5 §6.7.3: length 6, class 4, classes 5Eh supported; event code, media status, slots.
const EVENT = {
  none: good(unhex('00 06 04 5e 00 02 00 00')),
  newMedium: good(unhex('00 06 04 5e 02 02 00 00')),
  open: good(unhex('00 06 04 5e 03 01 00 00')),
};

const seen = (...script: Answer[]): Promise<Look> =>
  look(openDrive({ transport: scriptedTransport(...script), timing: fastTiming() }));

describe('a look at an idle drive', () => {
  it('finds a medium that is ready', async () => {
    expect(await seen(EVENT.none, good())).toEqual({ contents: 'ready', changed: false });
  });

  it('notices a new medium', async () => {
    expect(await seen(EVENT.newMedium, sense('2/04/01'))).toEqual({ contents: 'loading', changed: true });
  });

  it('tells an empty drive from an open tray', async () => {
    expect(await seen(EVENT.none, sense('2/3A/01'))).toMatchObject({ contents: 'empty' });
    expect(await seen(EVENT.none, sense('2/3A/02'))).toMatchObject({ contents: 'open' });
    expect(await seen(EVENT.open, sense('2/3A/00'))).toEqual({ contents: 'open', changed: true });
  });

  it('does without events where a drive has none, and takes that for no word of its medium', async () => {
    expect(await seen(sense('5/24/00'), good())).toEqual({ contents: 'ready', changed: undefined });
  });

  it.each(['6/28/00', '6/29/00'])(
    'notices what a drive without events tells instead of being ready: %s',
    async (told) => {
      const noEvents = sense('5/20/00');
      expect(await seen(noEvents, sense(told), good())).toEqual({ contents: 'ready', changed: true });
      expect(await seen(sense(told), noEvents, good())).toEqual({ contents: 'ready', changed: true });
      expect(await seen(EVENT.none, sense(told), good())).toEqual({ contents: 'ready', changed: true });
      expect(await seen(sense(told), EVENT.none, good())).toEqual({ contents: 'ready', changed: true });
    },
  );

  it.each<[string, Answer, string, (boolean | undefined)[]]>([
    ['a reset of a drive that tells of an exchange by events', EVENT.none, '6/29/00', [false]],
    ['what may be another medium', EVENT.none, '6/28/00', [false, true]],
    ['a reset of a drive without events', sense('5/20/00'), '6/29/00', [undefined, true]],
  ])('says of an exchange what the drive knows: %s', async (_, events, attention, expected) => {
    const told: (boolean | undefined)[] = [];
    const transport = scriptedTransport(events, sense(attention), good());
    const session = openDrive({ transport, timing: fastTiming() });
    expect(await look(session, (exchanged) => told.push(exchanged))).toMatchObject({ changed: true });
    expect(told).toEqual(expected);
  });

  it('takes other things that a drive has to tell for no new medium', async () => {
    expect(await seen(EVENT.none, sense('6/2A/01'), good())).toEqual({ contents: 'ready', changed: false });
  });

  it('hands on that it was told of a new medium though the drive fails then', async () => {
    const told: (boolean | undefined)[] = [];
    const transport = scriptedTransport(
      sense('5/20/00'),
      sense('6/28/00'),
      sense('4/44/00'),
      sense('4/44/00'),
    );
    const looking = look(openDrive({ transport, timing: fastTiming() }), (changed) => told.push(changed));
    await expect(looking).rejects.toMatchObject({ code: 'drive-fault' });
    expect(told).toEqual([undefined, true]);
  });

  it('hands on what it was told though the drive fails then', async () => {
    const told: (boolean | undefined)[] = [];
    const transport = scriptedTransport(EVENT.newMedium, sense('4/44/00'), sense('4/44/00'));
    const looking = look(openDrive({ transport, timing: fastTiming() }), (changed) => told.push(changed));
    await expect(looking).rejects.toMatchObject({ code: 'drive-fault' });
    expect(told).toEqual([true]);
  });

  it.each(['2/30/00', '2/06/00', '2/3E/00'])(
    'takes a medium that the drive cannot make out (%s), as one upside down, for a medium',
    async (told) => {
      expect(await seen(EVENT.none, sense(told))).toMatchObject({ contents: 'ready' });
    },
  );

  it.each(['3/31/00', '3/57/00', '3/30/00'])(
    'takes a medium whose tables cannot be read (%s) for a medium, which can be blanked',
    async (told) => {
      expect(await seen(EVENT.none, sense(told))).toMatchObject({ contents: 'ready' });
    },
  );

  it('does not guess when the drive fails', async () => {
    await expect(seen(EVENT.none, sense('4/44/00'), sense('4/44/00'))).rejects.toMatchObject({
      code: 'drive-fault',
    });
  });
});
