import type { Image, ImageView } from './records.js';
import { without } from './store/row.js';

/** What everybody is shown of an image. */
export const viewOfImage = (image: Image): ImageView => without(image, 'request', 'warnings');
