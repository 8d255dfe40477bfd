import { DATA_UNIT, unitBytes } from './image.js';
import type { ImageFile, LayoutRow } from './image-file.js';

/** The row that holds a block of a part, counted from its beginning; none where it is padding. */
export const layoutOfBlock = (image: ImageFile, part: number, block: number): LayoutRow[] => {
  const { unit } = image.summary.parts[part] ?? { unit: DATA_UNIT };
  const address = block * unitBytes(unit);
  const offset = image.extentAt(part, address);
  return image.layout(part, { offset, limit: 1 }).filter((row) => row.address <= address);
};
