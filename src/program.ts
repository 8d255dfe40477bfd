import { fileURLToPath } from 'node:url';

/**
 * The root of the installed package. This file lies one folder below it, in `src/` as in `dist/`, so both
 * the compiled program and a test that runs the sources find the same files.
 */
const PACKAGE_ROOT = new URL('../', import.meta.url);

/** Path of a compiled program of ours, e.g. `programPath('worker/main')`; always the one in `dist/`. */
export const programPath = (name: string): string => fileURLToPath(new URL(`dist/${name}.js`, PACKAGE_ROOT));

/** Path of a file that ships beside the code, e.g. `shippedPath('migrations')`. */
export const shippedPath = (name: string): string => fileURLToPath(new URL(name, PACKAGE_ROOT));
