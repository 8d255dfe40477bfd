import type { z } from 'zod';
import type { ErrorItem } from './errors.js';
import { NO_FORM } from './plain-issues.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
type Form = readonly Issue[];

/** RFC 6901 */
const pointerTo = (path: Path): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** A value that is not even of its type was not meant to be of this form. */
const isOfOtherType = ({ code, path }: Issue): boolean => code === 'invalid_type' && path.length === 0;

/** What says which form it is says another. */
const namesOtherForm = (issue: Issue): boolean =>
  issue.code === 'invalid_value' && issue.values.length === 1 && issue.path.length > 0;

const depthOf = (form: Form): number => Math.max(0, ...form.map(({ path }) => path.length));

/** How far a value is from a form, what weighs most first. */
const distanceTo = (form: Form): readonly number[] => [
  form.filter(isOfOtherType).length,
  form.filter(namesOtherForm).length,
  form.flatMap((issue) => itemsIn(issue, [])).length,
  -depthOf(form),
];

const compared = (one: readonly number[], other: readonly number[]): number =>
  one.map((value, index) => value - (other[index] ?? 0)).find((difference) => difference !== 0) ?? 0;

/** Several forms are as close where nothing says which one is meant. */
const closestOf = (forms: readonly Form[]): readonly Form[] => {
  const measured = forms.map((form) => ({ form, distance: distanceTo(form) }));
  const [least] = measured.map(({ distance }) => distance).sort(compared);
  return measured.flatMap(({ form, distance }) => (least && compared(distance, least) === 0 ? [form] : []));
};

const sayingOf = ({ pointer, message }: ErrorItem): string => (pointer === '' ? '' : `${pointer} `) + message;

/** What keeps a value from each of the forms that it is as close to. */
const eitherOf = (forms: readonly Form[]): string => {
  const sayings = forms.map((form) =>
    form
      .flatMap((issue) => itemsIn(issue, []))
      .map(sayingOf)
      .join(' and '),
  );
  const all = [...new Set(sayings)].join(', or ');
  return all.startsWith('/') ? `${NO_FORM}: ${all}` : all;
};

/** A form whose errors a schema tells in words of its own keeps these. */
const itemsOfUnion = (issue: z.core.$ZodIssueInvalidUnion, path: Path): ErrorItem[] => {
  const forms = issue.message === NO_FORM ? closestOf(issue.errors) : [];
  const [form, ...others] = forms;
  if (form && others.length === 0) return form.flatMap((inner) => itemsIn(inner, path));
  return [{ pointer: pointerTo(path), message: form ? eitherOf(forms) : issue.message }];
};

const itemsIn = (issue: Issue, parent: Path): ErrorItem[] => {
  const path = [...parent, ...issue.path];
  if (issue.code === 'invalid_union') return itemsOfUnion(issue, path);
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ pointer: pointerTo([...path, key]), message: 'There is no such field' }))
    : [{ pointer: pointerTo(path), message: issue.message }];
};

/**
 * What is wrong, field by field. One item per unknown field, since zod names them all in one issue of their parent; of a value that
 * fits none of several forms, what keeps it from the closest one.
 */
export const itemsOf = (issue: Issue): ErrorItem[] => itemsIn(issue, []);

/** What is said of the whole has no field to be named. */
export const sentenceOn = (what: string, { pointer, message }: ErrorItem): string =>
  pointer === '' ? `The ${what} ${message}` : `The ${what} is not valid: ${pointer}: ${message}`;
