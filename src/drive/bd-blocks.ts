/**
 * Blocks of a BD of one, two, three and four layers of which none is set aside as a spare; the layers of the last are smaller, with
 * 32 GB each. Those of three and four are from lists of media (unverified).
 */
export const BD_BLOCKS = [12_219_392, 24_438_784, 48_878_592, 62_500_864] as const;

/** Layers that a BD of so many blocks, spares set aside or not, has at least. */
export const bdLayersOf = (blocks: number): number => {
  const layers = BD_BLOCKS.findIndex((whole) => blocks <= whole) + 1;
  return layers === 0 ? BD_BLOCKS.length : layers;
};
