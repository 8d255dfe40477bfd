import type { ImageView } from '../jobs/records.js';
import type { ApiService } from './service.js';

/** An image as it is, and how far it is while it is made: which no row of the store knows. */
export const withProgress = <I extends ImageView>(
  { underway }: Pick<ApiService, 'underway'>,
  image: I,
): I => {
  const progress = underway.of(image.id);
  return progress ? { ...image, progress } : image;
};
