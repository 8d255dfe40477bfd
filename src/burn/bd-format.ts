import type { Medium } from '../drive/medium.js';
import type { BurnOptions } from './options.js';
import type { Refusal } from './refusal.js';

type Asked = Pick<BurnOptions, 'spares' | 'pseudoOverwrite'>;
type Row = Medium['formats'][number];

/** MMC-5 §6.5.4.2: full; BD-RE with spares, without; BD-R with spares. */
const TYPE = { full: 0x00, reWithSpares: 0x30, reWithoutSpares: 0x31, rWithSpares: 0x32 } as const;
/** Sub-types of BD-R: with pseudo overwrite, without. Those of BD-RE say how it is certified; 0 leaves it to the drive. */
const SUB_TYPE = { pseudoOverwrite: 0, sequential: 1, bdRe: 0 } as const;

export interface BdFormat {
  readonly row: Row;
  readonly subType: number;
}

const ofType = ({ formats }: Medium, type: number): Row[] =>
  formats.filter((row) => row.type === type).toSorted((a, b) => b.blocks - a.blocks);

/** The row that sets so many spares aside. A drive that lists none but the default is asked for that one only. */
const rowFor = (medium: Medium, spares: Exclude<BurnOptions['spares'], 'auto'>): Row | undefined => {
  const sized = ofType(medium, medium.kind === 'bd-r' ? TYPE.rWithSpares : TYPE.reWithSpares);
  const rows = {
    none: medium.kind === 'bd-re' ? ofType(medium, TYPE.reWithoutSpares)[0] : undefined,
    least: sized[0],
    default: ofType(medium, TYPE.full)[0] ?? sized[0],
    most: sized.at(-1),
  };
  return rows[spares];
};

/** A BD-R that nobody formatted is formatted by its first WRITE, without spares. */
const isUnformattedBdR = ({ kind, status }: Medium): boolean => kind === 'bd-r' && status === 'empty';

const wantedSpares = (medium: Medium, { spares, pseudoOverwrite }: Asked) => {
  if (spares !== 'auto') return spares;
  return medium.kind === 'bd-re' || pseudoOverwrite ? 'default' : 'none';
};

/** Whether the medium is as it was asked for, as far as its size shows. */
const isAsAsked = (medium: Medium, asked: Asked, row: Row | undefined): boolean => {
  if (medium.kind === 'bd-re')
    return medium.formatted && (asked.spares === 'auto' || row?.blocks === medium.capacity);
  const none = wantedSpares(medium, asked) === 'none' && !asked.pseudoOverwrite;
  return isUnformattedBdR(medium) ? none : asked.spares === 'auto' && !asked.pseudoOverwrite;
};

const isBd = ({ kind }: Medium): boolean => kind === 'bd-r' || kind === 'bd-re';

const subTypeOf = ({ kind }: Medium, { pseudoOverwrite }: Asked): number => {
  if (kind === 'bd-re') return SUB_TYPE.bdRe;
  return pseudoOverwrite ? SUB_TYPE.pseudoOverwrite : SUB_TYPE.sequential;
};

/** How a BD is formatted before it is recorded; undefined where it need not be, or cannot. */
export const bdFormat = (medium: Medium, asked: Asked): BdFormat | undefined => {
  if (!isBd(medium)) return undefined;
  const row = rowFor(medium, wantedSpares(medium, asked));
  const formattable = medium.kind === 'bd-re' || isUnformattedBdR(medium);
  if (row === undefined || !formattable || isAsAsked(medium, asked, row)) return undefined;
  return { row, subType: subTypeOf(medium, asked) };
};

const refuse = (detail: string): Refusal => ({ code: 'spares-unsupported', detail });

/** What speaks against the format that was asked for. */
export const refuseBdFormat = (medium: Medium, asked: Asked): Refusal | undefined => {
  if (asked.spares === 'auto' && !asked.pseudoOverwrite) return undefined;
  return refuseKind(medium, asked) ?? refuseRow(medium, asked);
};

const refuseKind = (medium: Medium, { spares, pseudoOverwrite }: Asked): Refusal | undefined => {
  if (!isBd(medium) || (pseudoOverwrite && medium.kind !== 'bd-r'))
    return refuse(`A ${medium.kind} medium is not formatted so.`);
  return pseudoOverwrite && spares === 'none'
    ? refuse('A BD-R cannot be overwritten without spare clusters.')
    : undefined;
};

const refuseRow = (medium: Medium, asked: Asked): Refusal | undefined => {
  const row = rowFor(medium, wantedSpares(medium, asked));
  if (isAsAsked(medium, asked, row) || bdFormat(medium, asked) !== undefined) return undefined;
  return refuse(
    row === undefined && (medium.kind === 'bd-re' || isUnformattedBdR(medium))
      ? 'The drive does not offer such a format.'
      : 'A BD-R is formatted once, and this one is formatted already.',
  );
};
