import { civil, type Moment, secondsOf, secondsOfNs, type ZonedSeconds } from '../binary/calendar.js';
import { bp, layout } from '../binary/layout.js';
import { type Codec, int8, padded, refuse, uint8 } from '../binary/codec.js';

/** ECMA-119 §9.1.5 and §8.4.26.1: zones are told in quarters of an hour, from 12 hours west of Greenwich to 13 hours east of it. */
export const ZONES = { quarter: 15, first: -48 * 15, last: 52 * 15 } as const;

/** The first and last second that seven bytes can say, ECMA-119 §9.1.5: 1900 to 2155, in any zone. */
const FIRST_SECOND = -2_208_988_800;
const LAST_SECOND = 5_869_583_999;

/** ECMA-119 §9.1.5, Recording Date and Time: local time, zone in quarters of an hour. */
const recordingDate = layout('Recording Date and Time', 7, {
  yearsSince1900: bp(1, 1, uint8),
  month: bp(2, 2, uint8),
  day: bp(3, 3, uint8),
  hour: bp(4, 4, uint8),
  minute: bp(5, 5, uint8),
  second: bp(6, 6, uint8),
  quarters: bp(7, 7, int8),
});

/** A second in seven bytes, in its zone; what they cannot say becomes the nearest that they can. Null is unset, all zero. */
export const date7: Codec<ZonedSeconds | null> = {
  size: recordingDate.size,
  encodeInto: (target, offset, moment) => {
    if (moment === null) target.fill(0, offset, offset + recordingDate.size);
    else {
      const local = moment.seconds + moment.zoneMinutes * 60;
      const at = civil(Math.min(Math.max(local, FIRST_SECOND), LAST_SECOND), 0);
      const { month, day, hour, minute, second } = at;
      const yearsSince1900 = at.year - 1900;
      recordingDate.encodeInto(target, offset, {
        yearsSince1900,
        month,
        day,
        hour,
        minute,
        second,
        quarters: moment.zoneMinutes / ZONES.quarter,
      });
    }
  },
  decode: (source, offset = 0) => {
    const at = recordingDate.decode(source, offset);
    if (at.month === 0) return null;
    const zoneMinutes = at.quarters * ZONES.quarter;
    return { seconds: secondsOf({ ...at, year: at.yearsSince1900 + 1900 }, zoneMinutes), zoneMinutes };
  },
};

/** ECMA-119 §8.4.26.1, Date and Time Format of a volume descriptor. */
const volumeDate = layout('Volume Date and Time', 17, {
  digits: bp(1, 16, padded(16)),
  quarters: bp(17, 17, int8),
});

const twoDigits = (value: number): string => String(value).padStart(2, '0');

const digitsOf = ({ ns, zoneMinutes }: Moment): string => {
  const seconds = secondsOfNs(ns);
  const at = civil(seconds, zoneMinutes);
  if (at.year < 1 || at.year > 9999) refuse(`the year ${at.year} has no four digits`);
  const hundredths = Number((ns - BigInt(seconds) * 1_000_000_000n) / 10_000_000n);
  const fields = [at.month, at.day, at.hour, at.minute, at.second, hundredths];
  return String(at.year).padStart(4, '0') + fields.map(twoDigits).join('');
};

const momentOf = (digits: string, zoneMinutes: number): Moment => {
  const at = (from: number, to: number): number => Number(digits.slice(from, to));
  const date = { year: at(0, 4), month: at(4, 6), day: at(6, 8) };
  const time = { hour: at(8, 10), minute: at(10, 12), second: at(12, 14) };
  const seconds = secondsOf({ ...date, ...time }, zoneMinutes);
  return { ns: BigInt(seconds) * 1_000_000_000n + BigInt(at(14, 16)) * 10_000_000n, zoneMinutes };
};

/** A moment in seventeen bytes; null is unset: sixteen digits 0 and a zone of 0. */
export const date17: Codec<Moment | null> = {
  size: volumeDate.size,
  encodeInto: (target, offset, moment) => {
    volumeDate.encodeInto(target, offset, {
      digits: moment === null ? '0'.repeat(16) : digitsOf(moment),
      quarters: moment === null ? 0 : moment.zoneMinutes / ZONES.quarter,
    });
  },
  decode: (source, offset = 0) => {
    const { digits, quarters } = volumeDate.decode(source, offset);
    const zoneMinutes = quarters * ZONES.quarter;
    return /^\d{16}$/.test(digits) && !/^0*$/.test(digits) ? momentOf(digits, zoneMinutes) : null;
  },
};
