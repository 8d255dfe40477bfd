import type { Medium, MediumKind } from '../drive/medium.js';
import type { BurnOptions } from './options.js';
import { BD_FORMATS } from './recipes/bd-formats.js';
import { type FormatChoice, chooseFormat } from './recipes/formatting.js';
import type { Refusal } from './refusal.js';

type Asked = Pick<BurnOptions, 'spares' | 'pseudoOverwrite'>;

/** Sub-type of the formats of BD-R by which blocks can be overwritten that were recorded (libburn, growisofs). */
const PSEUDO_OVERWRITE = 0;

/** The fewer spares, the more blocks. */
const SPARE_AREA = { none: 'none', least: 'minimum', default: 'default', most: 'maximum' } as const;

/** The format that sets so many spares aside. A drive that lists none but the default is asked for that one only. */
const formatFor = (
  medium: Medium,
  spares: Exclude<BurnOptions['spares'], 'auto'>,
): FormatChoice | undefined =>
  isBd(medium.kind)
    ? chooseFormat(BD_FORMATS[medium.kind], medium, { spareArea: SPARE_AREA[spares] })
    : undefined;

const isBd = (kind: MediumKind): kind is keyof typeof BD_FORMATS => kind in BD_FORMATS;

/** A BD-R that nobody formatted is formatted by its first WRITE, without spares. */
const isUnformattedBdR = ({ kind, status }: Medium): boolean => kind === 'bd-r' && status === 'empty';

const wantedSpares = (medium: Medium, { spares, pseudoOverwrite }: Asked) => {
  if (spares !== 'auto') return spares;
  return medium.kind === 'bd-re' || pseudoOverwrite ? 'default' : 'none';
};

/** Whether the medium is as it was asked for, as far as its size shows. */
const isAsAsked = (medium: Medium, asked: Asked, format: FormatChoice | undefined): boolean => {
  if (medium.kind === 'bd-re')
    return medium.formatted && (asked.spares === 'auto' || format?.blocks === medium.capacity);
  const none = wantedSpares(medium, asked) === 'none' && !asked.pseudoOverwrite;
  return isUnformattedBdR(medium) ? none : asked.spares === 'auto' && !asked.pseudoOverwrite;
};

/** How a BD is formatted before it is recorded; undefined where it need not be, or cannot. */
export const bdFormat = (medium: Medium, asked: Asked): FormatChoice | undefined => {
  const format = formatFor(medium, wantedSpares(medium, asked));
  const formattable = medium.kind === 'bd-re' || isUnformattedBdR(medium);
  if (format === undefined || !formattable || isAsAsked(medium, asked, format)) return undefined;
  return asked.pseudoOverwrite ? { ...format, subType: PSEUDO_OVERWRITE, orSubTypes: [] } : format;
};

const refuse = (detail: string): Refusal => ({ code: 'spares-unsupported', detail });

/** What speaks against the format that was asked for. */
export const refuseBdFormat = (medium: Medium, asked: Asked): Refusal | undefined => {
  if (asked.spares === 'auto' && !asked.pseudoOverwrite) return undefined;
  return refuseKind(medium, asked) ?? refuseRow(medium, asked);
};

const refuseKind = (medium: Medium, { spares, pseudoOverwrite }: Asked): Refusal | undefined => {
  if (!isBd(medium.kind) || (pseudoOverwrite && medium.kind !== 'bd-r'))
    return refuse(`A ${medium.kind} medium is not formatted so.`);
  return pseudoOverwrite && spares === 'none'
    ? refuse('A BD-R cannot be overwritten without spare clusters.')
    : undefined;
};

const refuseRow = (medium: Medium, asked: Asked): Refusal | undefined => {
  const format = formatFor(medium, wantedSpares(medium, asked));
  if (isAsAsked(medium, asked, format) || bdFormat(medium, asked) !== undefined) return undefined;
  return refuse(
    format === undefined && (medium.kind === 'bd-re' || isUnformattedBdR(medium))
      ? 'The drive does not offer such a format.'
      : 'A BD-R is formatted once, and this one is formatted already.',
  );
};
