/** What names that strangers have made would command a terminal to do. */
const REPLACEMENT = '\u{FFFD}';

/** Text of several lines as a terminal may get it. */
export const shownText = (text: string): string => text.replaceAll(/[^\P{Cc}\n\t]/gu, REPLACEMENT);

/** Text that stays on its line. */
export const shownLine = (line: string): string => line.replaceAll(/\p{Cc}/gu, REPLACEMENT);
