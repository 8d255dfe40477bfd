import path from 'node:path';

/** Where image files lie; digests and spool lie beside each. */
export const imageDirectory = (stateDirectory: string): string => path.join(stateDirectory, 'images');

export const imagePath = (stateDirectory: string, image: string): string =>
  path.join(imageDirectory(stateDirectory), `${image}.image`);
