import type { Medium, MediumKind } from '../../drive/medium.js';

/** What may be done to a medium beside recording on it. */
type TreatmentName = 'erase' | 'format' | 'close' | 'recover';

const WRITE_ONCE = 'What is on it stays on it.';
const NO_FORMAT = 'It is recorded without a format.';
const NO_SESSIONS = 'It keeps no sessions: there is none to close.';
const NOTHING_OPEN =
  'It is written in place and keeps no sessions: whatever was interrupted can be recorded over.';

/**
 * Why a kind of medium has no such treatment. Each kind that is recorded has a treatment or stands here; whoever asks for
 * one that does not exist is told this.
 */
const NO_TREATMENT: Readonly<Partial<Record<MediumKind, Readonly<Partial<Record<TreatmentName, string>>>>>> =
  {
    'cd-r': { erase: WRITE_ONCE, format: NO_FORMAT },
    'cd-rw': { format: 'It is recorded in sessions here; packets, which want a format, are not written.' },
    'dvd-r': { erase: WRITE_ONCE, format: NO_FORMAT },
    'dvd-r-dl': { erase: WRITE_ONCE, format: NO_FORMAT },
    'dvd+r': { erase: WRITE_ONCE, format: NO_FORMAT },
    'dvd+r-dl': { erase: WRITE_ONCE, format: NO_FORMAT },
    'dvd-ram': { close: NO_SESSIONS },
    'removable-disk': {
      format: 'It is sold formatted, and its drive knows no other format.',
      close: NO_SESSIONS,
      recover: NOTHING_OPEN,
    },
    'bd-r': { erase: WRITE_ONCE },
    'bd-re': { close: NO_SESSIONS },
  };

/** As a sentence about the medium; undefined where there is such a treatment. */
export const reasonAgainst = (kind: MediumKind, name: TreatmentName): string | undefined => {
  const reason = NO_TREATMENT[kind]?.[name];
  return reason === undefined ? undefined : `The medium is a ${kind}. ${reason}`;
};

const FORMATTED_IN_BACKGROUND: ReadonlySet<MediumKind> = new Set(['dvd+rw', 'dvd+rw-dl']);

/** Of these a format that runs is all that can be closed. */
export const reasonAgainstClosing = ({ kind, backgroundFormat }: Medium): string | undefined =>
  FORMATTED_IN_BACKGROUND.has(kind) && backgroundFormat !== 'running'
    ? `The medium is a ${kind}. It keeps no sessions, and no format of it runs in the background: there is nothing to close.`
    : reasonAgainst(kind, 'close');
