import type { ManifestFile } from '../burn/file-check.js';
import type { TakenOverFile } from '../burn/taken-over-check.js';
import type { DriveUse } from '../burn/use.js';
import { DATA_UNIT, type ImageSummary, placeInParts, unitBytes } from '../image/image.js';
import { openImageFile } from '../image/image-file.js';

interface Imaged {
  readonly image?: string | undefined;
  readonly use: DriveUse;
}

/** What planning needs of the image that is recorded or compared; what is read makes one. */
export const readSummaryOf = ({ image, use }: Imaged): ImageSummary | undefined =>
  image === undefined || use.do === 'read' ? undefined : readSummary(image);

/** It is ours and local, so it is read at once. */
const readSummary = (path: string): ImageSummary => {
  const image = openImageFile(path);
  image.close();
  return image.summary;
};

/** Which file of the disc a block of the image belongs to. */
export interface FileFinder {
  readonly fileAt: (block: number) => string | undefined;
  /** What the manifest says of files; absent where the image has none. */
  readonly files?: () => Iterable<ManifestFile>;
  /** And of those that it lists of earlier sessions; absent where it lists none. */
  readonly takenOver?: () => Iterable<TakenOverFile>;
  readonly close: () => void;
}

/** A name in a progress message is not worth a disc: where the image file cannot be read any more there is none. */
export const openFileFinder = (path: string): FileFinder => {
  const image = openImageFile(path);
  const files = (): Iterable<ManifestFile> => image.digests.here();
  const takenOver = (): Iterable<TakenOverFile> => image.digests.takenOver();
  return {
    ...(image.manifestBytes > 0 && { files }),
    ...(image.summary.continues?.listedBlocks !== undefined && { takenOver }),
    fileAt: (block) => {
      try {
        const place = placeInParts(image.summary.parts, block * unitBytes(DATA_UNIT));
        return place && image.fileAt(place.part, place.address);
      } catch {
        return undefined;
      }
    },
    close: () => {
      image.close();
    },
  };
};
