import type { ImageView } from '../jobs/records.js';
import type { Store } from '../jobs/store/store.js';

/** Every image that the database has, page by page. */
export const allImages = async (store: Store): Promise<ImageView[]> => {
  const images: ImageView[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listImages({ limit: 200, ...(cursor !== undefined && { cursor }) });
    images.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return images;
};
