import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../../src/errors.js';
import { senseMeaning } from '../../../src/scsi/sense-meaning.js';
import { senseText } from '../../../src/scsi/sense-text.js';
import type { Sense } from '../../../src/scsi/sense.js';
import { FAULT_ROWS } from '../../faults/fault-rows.js';

const sense = (text: string, deferred = false): Sense => {
  const [key, asc, ascq] = text.split('/').map((part) => Number.parseInt(part, 16));
  return { key: key!, asc: asc!, ascq: ascq!, deferred };
};

/**
 * What engines of others do, row by row as a survey of libburn, growisofs, cdrecord, cdrdao and Pioneer's command
 * references has it: go on, wait, wait for seconds, start, send again, send again once, flush first, read anew, take
 * the next variant, stop.
 */
const SURVEY = [
  ['success', 'drive-fault', ['0/00/00', '1/0B/00', '1/17/00', '1/18/00', '1/5D/00', '1/73/01', '1/73/06']],
  ['wait-briefly', 'drive-becoming-ready', ['2/04/00']],
  ['wait', 'drive-becoming-ready', ['2/04/01']],
  ['start', 'drive-becoming-ready', ['2/04/02']],
  ['stop', 'drive-faulted', ['2/04/03']],
  ['wait', 'drive-busy', ['2/04/04', '2/04/07', '6/2E/00']],
  ['repeat', 'drive-busy', ['2/04/08']],
  ['stop', 'medium-unreadable', ['2/06/00', '2/3E/00', '3/02/00', '3/09/00', '3/09/01', '3/10/00']],
  ['stop', 'medium-unreadable', ['3/11/00', '3/11/05', '3/15/00', '3/57/00', '8/00/00', '8/00/05']],
  ['stop', 'medium-unsupported', ['2/30/00', '2/30/05', '3/30/00', '5/30/00', '5/30/05', '5/30/10']],
  ['stop', 'medium-not-present', ['2/3A/00', '2/3A/01', '2/3A/02']],
  ['stop', 'write-failed', ['3/0C/00', '3/0C/07', '3/0C/08', '3/0C/09', '3/0C/0F', '3/73/04']],
  ['stop', 'medium-needs-erase', ['3/31/00']],
  ['stop', 'format-failed', ['3/31/01']],
  ['stop', 'erase-failed', ['3/51/00']],
  ['stop', 'close-failed', ['3/72/00', '3/72/01', '3/72/02', '3/72/03', '3/72/04', '3/72/05']],
  ['stop', 'close-failed', ['5/72/00', '5/72/03', '5/72/04', '5/72/05']],
  ['stop', 'calibration-failed', ['3/73/00', '3/73/01', '3/73/02', '3/73/03', '3/73/06', '3/73/10']],
  ['stop', 'calibration-failed', ['3/73/11', '5/73/03']],
  ['stop', 'medium-full', ['3/73/05', '3/73/17', '5/63/00', '5/63/01']],
  ['repeat-once', 'drive-fault', ['4/08/00', '4/09/00', '4/15/01', '4/1B/00', '4/3E/01', '4/44/00']],
  ['repeat-once', 'drive-fault', ['B/00/00', 'B/4B/00']],
  ['refused', 'command-refused', ['5/1A/00', '5/20/00', '5/24/00', '5/26/00']],
  // While blocks are written in order the step takes it for the end of the medium.
  ['stop', 'command-refused', ['5/21/00', '5/6F/00', '5/6F/03']],
  ['stop', 'write-failed', ['5/21/02', '5/64/00']],
  // Steps for which a flush helps have it among their alternatives.
  ['stop', 'command-refused', ['5/2C/00']],
  ['stop', 'tray-locked', ['5/53/02']],
  ['stop', 'drive-fault', ['5/55/00', '5/5D/00']],
  ['renegotiate', 'medium-changed', ['6/28/00']],
  ['renegotiate', 'drive-reset', ['6/29/00', '6/29/02']],
  ['renegotiate', 'drive-fault', ['6/2A/01']],
  ['repeat', 'drive-fault', ['6/5A/01', '6/5A/02', '6/5A/03']],
  ['stop', 'medium-write-protected', ['7/27/00']],
] as const;

describe('what sense means', () => {
  it.each([
    ['0/00/00', 'drive-fault', 'success'],
    ['1/17/01', 'drive-fault', 'success'],
    ['2/04/00', 'drive-becoming-ready', 'wait-briefly'],
    ['2/04/01', 'drive-becoming-ready', 'wait'],
    ['2/04/02', 'drive-becoming-ready', 'start'],
    ['2/04/04', 'drive-busy', 'wait'],
    ['2/04/07', 'drive-busy', 'wait'],
    ['2/04/08', 'drive-busy', 'repeat'],
    ['2/3A/00', 'medium-not-present', 'stop'],
    ['2/3A/02', 'medium-not-present', 'stop'],
    ['3/0C/09', 'write-failed', 'stop'],
    ['3/11/05', 'medium-unreadable', 'stop'],
    ['3/31/01', 'format-failed', 'stop'],
    ['3/51/00', 'erase-failed', 'stop'],
    ['3/72/03', 'close-failed', 'stop'],
    ['3/73/03', 'calibration-failed', 'stop'],
    ['4/44/00', 'drive-fault', 'repeat-once'],
    ['4/40/85', 'drive-fault', 'stop'],
    ['5/20/00', 'command-refused', 'refused'],
    ['5/24/00', 'command-refused', 'refused'],
    ['5/21/02', 'write-failed', 'stop'],
    ['5/2C/00', 'command-refused', 'stop'],
    ['5/53/02', 'tray-locked', 'stop'],
    ['5/63/00', 'medium-full', 'stop'],
    ['5/64/00', 'write-failed', 'stop'],
    ['5/72/04', 'close-failed', 'stop'],
    ['6/28/00', 'medium-changed', 'renegotiate'],
    ['6/29/04', 'drive-reset', 'renegotiate'],
    ['6/5A/01', 'drive-fault', 'repeat'],
    ['7/27/00', 'medium-write-protected', 'stop'],
    ['8/00/00', 'medium-unreadable', 'stop'],
    ['B/4B/00', 'drive-fault', 'repeat-once'],
    ['D/00/00', 'drive-fault', 'stop'],
  ])('%s is %s: %s', (text, code, rule) => {
    const meaning = senseMeaning(sense(text));
    expect(meaning).toMatchObject({ code, rule });
    expect(Object.keys(ERRORS)).toContain(meaning.code);
  });

  it.each(SURVEY)('%s, and tells of %s, after %s', (rule, code, texts) => {
    for (const text of texts) expect([text, senseMeaning(sense(text))]).toMatchObject([text, { code, rule }]);
  });

  it('is tried in every phase of a recording, for each of them', () => {
    const tried = new Set(FAULT_ROWS.map((row) => row.sense?.slice(0, 4)));
    for (const [, , texts] of SURVEY)
      for (const text of texts) expect([...tried], text).toContain(text.slice(0, 4));
  });

  it('ends the work when the error is deferred: its command cannot be repeated', () => {
    expect(senseMeaning(sense('2/04/08', true)).rule).toBe('stop');
    expect(senseMeaning(sense('4/08/00', true)).rule).toBe('stop');
    expect(senseMeaning(sense('1/18/00', true)).rule).toBe('success');
  });

  it('is told in the words of the standard, an unknown qualifier in those of its code', () => {
    expect(senseMeaning(sense('3/0C/09')).title).toBe('WRITE ERROR - LOSS OF STREAMING');
    expect(senseText({ asc: 0x0c, ascq: 0x77 })).toBe('WRITE ERROR');
    expect(senseText({ asc: 0xc0, ascq: 0x00 })).toBe('UNKNOWN ADDITIONAL SENSE CODE');
  });
});
