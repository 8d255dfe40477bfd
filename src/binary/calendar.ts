/** A moment: nanoseconds since 1970 UTC, and the zone in which it is written, in minutes east of Greenwich. */
export interface Moment {
  readonly ns: bigint;
  readonly zoneMinutes: number;
}

/** The same to the second. */
export interface ZonedSeconds {
  /** Since 1970 UTC. */
  readonly seconds: number;
  readonly zoneMinutes: number;
}

/** A time of day in some zone. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY = 86_400;

/**
 * Gregorian calendar from days since 1970-01-01: the year is counted from March, so that the leap day is its last, in
 * eras of 400 years.
 */
const dateOfDay = (days: number): { year: number; month: number; day: number } => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
};

/** The last day that was asked for: files of one tree mostly come from few days, and the calendar is dear. */
let lastDay = 0;
let lastDate = dateOfDay(0);

const dateOf = (days: number): typeof lastDate => {
  if (days !== lastDay) {
    lastDate = dateOfDay(days);
    lastDay = days;
  }
  return lastDate;
};

/** What clocks in a zone show at a second since 1970; the zone in minutes east of Greenwich. */
export const civil = (seconds: number, zoneMinutes: number): Civil => {
  const local = seconds + zoneMinutes * 60;
  const days = Math.floor(local / DAY);
  const ofDay = local - days * DAY;
  const { year, month, day } = dateOf(days);
  const hour = Math.floor(ofDay / 3600);
  const minute = Math.floor(ofDay / 60) % 60;
  return { year, month, day, hour, minute, second: ofDay % 60 };
};

/** Days since 1970-01-01 of a Gregorian date; the inverse of `dateOfDay`. */
const dayOfDate = (year: number, month: number, day: number): number => {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  );
};

/** Seconds since 1970; the inverse of `civil`. */
export const secondsOf = (at: Civil, zoneMinutes: number): number =>
  dayOfDate(at.year, at.month, at.day) * DAY + at.hour * 3600 + at.minute * 60 + at.second - zoneMinutes * 60;

/** Whole seconds since 1970, rounded down. */
export const secondsOfNs = (ns: bigint): number => {
  const seconds = ns / 1_000_000_000n;
  return Number(ns < 0n && seconds * 1_000_000_000n !== ns ? seconds - 1n : seconds);
};
