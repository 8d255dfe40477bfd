import { uint8 } from '../binary/codec.js';
import { layout, rbp } from '../binary/layout.js';
import { udfNaming } from './names.js';
import { readText, textBytes, writeText } from './text.js';

/** ECMA-167 4/14.16.1, Path Component, up to its identifier. */
const header = layout('Path Component', 4, {
  type: rbp(0, 1, uint8),
  identifierLength: rbp(1, 1, uint8),
});

const TYPE = { root: 2, parent: 3, current: 4, name: 5 } as const;

const componentOf = (name: string): { type: number; name: string } => {
  if (name === '..') return { type: TYPE.parent, name: '' };
  if (name === '.') return { type: TYPE.current, name: '' };
  return { type: TYPE.name, name: udfNaming.plain(name) };
};

/** A target as its components say it, where they cannot say it as it is: names are changed as those of files are. */
export const changedPath = (target: string): string | undefined => {
  const recorded = target
    .split('/')
    .map((name) => (name === '' ? '' : udfNaming.plain(name)))
    .join('/');
  return recorded === target ? undefined : recorded;
};

/** The contents of a symbolic link, ECMA-167 4/8.7: what leads to its target, name by name. Empty names lead nowhere and are left out. */
export const encodePath = (target: string): Uint8Array => {
  const components = target
    .split('/')
    .filter((name) => name !== '')
    .map(componentOf);
  if (target.startsWith('/')) components.unshift({ type: TYPE.root, name: '' });
  const lengths = components.map(({ name }) => header.size + textBytes(name));
  const encoded = new Uint8Array(lengths.reduce((total, length) => total + length, 0));
  let at = 0;
  for (const [index, { type, name }] of components.entries()) {
    header.encodeInto(encoded, at, { type, identifierLength: textBytes(name) });
    writeText(encoded, at + header.size, name);
    at += lengths[index] ?? 0;
  }
  return encoded;
};

/** The target of a symbolic link, from its contents; undefined where they are no path. */
export const decodePath = (source: Uint8Array): string | undefined => {
  const names: string[] = [];
  for (let at = 0; at < source.length;) {
    if (at + header.size > source.length) return undefined;
    const { type, identifierLength } = header.decode(source, at);
    const end = at + header.size + identifierLength;
    if (end > source.length) return undefined;
    if (type === TYPE.name) names.push(readText(source.subarray(at + header.size, end)));
    else if (type === TYPE.parent) names.push('..');
    else if (type === TYPE.current) names.push('.');
    else names.splice(0, names.length, ''); // the root, of whichever volume
    at = end;
  }
  return names.length === 1 && names[0] === '' ? '/' : names.join('/');
};
