/** Text broken into lines, for help, notes and tables. */

/** Narrower lines cannot be read; wider ones are hard to follow. */
const NARROWEST = 40;
const WIDEST = 100;

/** The width that help and prose use on a terminal of so many columns. */
export function proseWidth(columns: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, columns));
}

/**
 * Breaks a text between words. Spaces at its beginning stay. A word that is longer than the width
 * gets a line of its own, unbroken: it is a path or an address that people copy.
 *
 * @param indent what later lines begin with
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  if (text.length <= width) return [text];
  const [start] = /^ */.exec(text) ?? [''];
  const lines: string[] = [];
  let line = start;
  let empty = true;
  for (const word of text.slice(start.length).split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line += empty ? word : ` ${word}`;
    }
    empty = false;
  }
  return [...lines, line];
}
