import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../../src/errors.js';
import { senseMeaning } from '../../../src/scsi/sense-meaning.js';
import { senseText } from '../../../src/scsi/sense-text.js';
import type { Sense } from '../../../src/scsi/sense.js';

const sense = (text: string, deferred = false): Sense => {
  const [key, asc, ascq] = text.split('/').map((part) => Number.parseInt(part, 16));
  return { key: key!, asc: asc!, ascq: ascq!, deferred };
};

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
    ['5/2C/00', 'command-refused', 'flush'],
    ['5/53/02', 'tray-locked', 'stop'],
    ['5/63/00', 'medium-full', 'stop'],
    ['5/64/00', 'command-refused', 'refused'],
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
