import { civil, type Moment, secondsOf, secondsOfNs } from '../binary/calendar.js';
import { type Codec, int16le, uint16le, uint8 } from '../binary/codec.js';
import { layout, rbp } from '../binary/layout.js';

/** ECMA-167 1/7.3.1: type 1, a local time, in the upper four bits; its zone in minutes in the lower twelve, as a complement of two. */
const LOCAL = 0x1000;
const ZONE_SPAN = 0x1000;
const NO_ZONE = -2047;

/** ECMA-167 1/7.3, timestamp. */
const timestampFields = layout('timestamp', 12, {
  typeAndTimeZone: rbp(0, 2, uint16le),
  year: rbp(2, 2, int16le),
  month: rbp(4, 1, uint8),
  day: rbp(5, 1, uint8),
  hour: rbp(6, 1, uint8),
  minute: rbp(7, 1, uint8),
  second: rbp(8, 1, uint8),
  centiseconds: rbp(9, 1, uint8),
  hundredsOfMicroseconds: rbp(10, 1, uint8),
  microseconds: rbp(11, 1, uint8),
});

/** The first and last second of the years 1 to 9999, ECMA-167 1/7.3.2. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/** A moment to the microsecond, in its zone. What has no four digits becomes the nearest that has; what names no zone is taken for UTC. */
export const timestamp: Codec<Moment> = {
  size: timestampFields.size,
  encodeInto: (target, offset, { ns, zoneMinutes }) => {
    const seconds = secondsOfNs(ns);
    const local = seconds + zoneMinutes * 60;
    const at = civil(Math.min(Math.max(local, FIRST_SECOND), LAST_SECOND), 0);
    const micro = Math.floor(Number(ns - BigInt(seconds) * 1_000_000_000n) / 1000);
    const { year, month, day, hour, minute, second } = at;
    timestampFields.encodeInto(target, offset, {
      typeAndTimeZone: LOCAL + (zoneMinutes < 0 ? ZONE_SPAN + zoneMinutes : zoneMinutes),
      year,
      month,
      day,
      hour,
      minute,
      second,
      centiseconds: Math.floor(micro / 10_000),
      hundredsOfMicroseconds: Math.floor(micro / 100) % 100,
      microseconds: micro % 100,
    });
  },
  decode: (source, offset = 0) => {
    const at = timestampFields.decode(source, offset);
    const zone = at.typeAndTimeZone % ZONE_SPAN;
    const minutes = zone < ZONE_SPAN / 2 ? zone : zone - ZONE_SPAN;
    const zoneMinutes = minutes === NO_ZONE ? 0 : minutes;
    const seconds = secondsOf(at, zoneMinutes);
    const micro = at.centiseconds * 10_000 + at.hundredsOfMicroseconds * 100 + at.microseconds;
    return { ns: BigInt(seconds) * 1_000_000_000n + BigInt(micro) * 1000n, zoneMinutes };
  },
};
