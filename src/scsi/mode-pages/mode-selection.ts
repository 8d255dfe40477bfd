import { concatenate } from '../../binary/list.js';
import { modeSelect10 } from '../commands/mode-select-10.js';
import { modeSelect6 } from '../commands/mode-select-6.js';
import { modeParameterHeader10, modeParameterHeader6 } from '../structures/mode-parameter-header.js';
import { forSelection } from './mode-page.js';

/** One of the two commands that set a page, with what it is sent. */
export interface ModeSelect {
  readonly cdb: typeof modeSelect10 | typeof modeSelect6;
  readonly fields: {
    readonly pageFormat: true;
    readonly savePages: boolean;
    readonly parameterListLength: number;
  };
  /** Header and page. */
  readonly data: Uint8Array;
}

interface ModeSelection {
  /** MODE SELECT (10), which MMC wants of every drive. */
  readonly long: ModeSelect;
  /** MODE SELECT (6), where the drive does not know that: bridges know it alone. Absent where the list is too long for it. */
  readonly short?: ModeSelect;
}

const HEADER = { modeDataLength: 0, mediumType: 0, blockDescriptorLength: 0 };

/** What the length in MODE SELECT (6) can say. */
const MOST_BYTES = 0xff;

const formOf = (
  cdb: ModeSelect['cdb'],
  header: Uint8Array,
  page: Uint8Array,
  savePages: boolean,
): ModeSelect => {
  const data = concatenate(header, forSelection(page));
  return { cdb, fields: { pageFormat: true, savePages, parameterListLength: data.length }, data };
};

/** How a page is set. `save`: the drive keeps it for good. */
export const modeSelection = (page: Uint8Array, save = false): ModeSelection => {
  const short = formOf(modeSelect6, modeParameterHeader6.encode(HEADER), page, save);
  return {
    long: formOf(modeSelect10, modeParameterHeader10.encode(HEADER), page, save),
    ...(short.data.length <= MOST_BYTES && { short }),
  };
};
