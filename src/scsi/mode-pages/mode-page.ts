import { uint8 } from '../../binary/codec.js';
import {
  type Field,
  type Layout,
  bits,
  byte,
  decodeShort,
  fixed,
  flag,
  layout,
  preset,
} from '../../binary/layout.js';

type Fields = Readonly<Record<string, Field<unknown, 'value' | 'flag'>>>;

/**
 * Declares a mode page, SPC-3 §7.4.5, its two bytes of header included. Drives differ in the length of a page: it is
 * written as declared and not checked on reading, for which there is `decodeShort`.
 */
export const modePage = <const F extends Fields>(name: string, code: number, size: number, fields: F) => ({
  ...layout(`${name} mode page`, size, {
    ...fields,
    parametersSaveable: flag(0, 7),
    pageCode: fixed(bits(0, 5, 0), code),
    pageLength: preset(byte(1, uint8), size - 2),
  }),
  code,
});

const pageHeader = layout('Mode page header', 2, {
  parametersSaveable: flag(0, 7),
  pageCode: bits(0, 5, 0),
  pageLength: byte(1, uint8),
});

/** The page as long as a drive that has vendor specific bytes after it wants it to be selected. */
export const encodeModePage = <I>(page: Layout<unknown, I>, values: I, pageLength: number): Uint8Array => {
  const bytes = new Uint8Array(Math.max(page.size, pageHeader.size + pageLength));
  page.encodeInto(bytes, 0, values);
  pageHeader.encodeInto(bytes, 0, {
    ...pageHeader.decode(bytes),
    pageLength: bytes.length - pageHeader.size,
  });
  return bytes;
};

export const codeOf = (page: Uint8Array): number => decodeShort(pageHeader, page).pageCode;

/** Whether all of the page is there that it says it has. */
export const isWhole = (page: Uint8Array): boolean =>
  page.length === pageHeader.size + pageHeader.decode(page).pageLength;

/** Whether the drive can keep the page for good (PS). */
export const isSaveable = (page: Uint8Array): boolean => decodeShort(pageHeader, page).parametersSaveable;

/** The page as MODE SELECT wants it: there PS is reserved (SPC-3 §7.4.5). */
export const forSelection = (page: Uint8Array): Uint8Array => {
  const bytes = Uint8Array.from(page);
  pageHeader.encodeInto(bytes, 0, { ...pageHeader.decode(page), parametersSaveable: false });
  return bytes;
};

/** The pages of a parameter list, by their codes, from where its header and block descriptors end; none that begins behind `end`. */
export const splitModePages = (list: Uint8Array, end = list.length): Map<number, Uint8Array> => {
  const pages = new Map<number, Uint8Array>();
  for (let at = 0; at + pageHeader.size <= Math.min(end, list.length);) {
    const { pageCode, pageLength } = pageHeader.decode(list, at);
    const next = at + pageHeader.size + pageLength;
    pages.set(pageCode, list.slice(at, next));
    at = next;
  }
  return pages;
};
