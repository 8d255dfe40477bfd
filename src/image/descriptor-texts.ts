import type { TreeRequest } from './master-request.js';

/** What descriptors of ISO 9660 and Joliet say of the volume, beside its name. */
export type DescriptorTexts = TreeRequest['identifiers'];

/** Joliet has two bytes for a character, and so half the room: ECMA-119 8.5 in units of UCS-2. */
const IN_JOLIET = { system: 16, volumeSet: 64, publisher: 64, preparer: 64, application: 64 } as const;
type Text = keyof typeof IN_JOLIET;

/** What the descriptor of Joliet has no room for, and becomes. */
export const jolietTextChanges = (said: DescriptorTexts): (readonly [text: Text, cut: string])[] =>
  (Object.keys(IN_JOLIET) as Text[]).flatMap((text) => {
    const whole = said[text] ?? '';
    return whole.length > IN_JOLIET[text] ? [[text, whole.slice(0, IN_JOLIET[text])] as const] : [];
  });

/** What the descriptor of Joliet has room for. */
export const jolietTexts = (said: DescriptorTexts): DescriptorTexts => ({
  ...said,
  ...Object.fromEntries(jolietTextChanges(said)),
});
