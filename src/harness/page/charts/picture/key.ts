import { element, label as textAt } from '../../../../paper/svg.ts';
import { dataText, fullSettingsText } from '../../notebook/run-words.ts';
import { say } from '../../words/words.ts';
import { colourOf } from '../colours.ts';
import { nameOf } from '../labels.ts';
import type { Scene } from '../plot-options.ts';
import { EDGE, LINE, type Look, WIDTH } from './look.ts';

const SIZE = 12;

/** The part of a picture that says what each colour is. */
interface Key {
  readonly svg: string;
  /** Where it ends. */
  readonly bottom: number;
  /** Its lines, for those who hear the picture. */
  readonly lines: readonly string[];
}

/** A text in lines that fit in a width. A word that does not has a line of its own. */
export function wrapped(
  text: string,
  width: number,
  widthOf: (text: string) => number,
): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const longer = `${last} ${word}`;
    if (last !== undefined && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** What each colour is: the run with its settings, and its data below. */
export function keyOf({ shown }: Pick<Scene, 'shown'>, look: Look, top: number): Key {
  const [text, soft, mark] = ['--text', '--text-soft', '--mark'].map(look.colour);
  const left = EDGE + 22;
  const widthOf = (part: string): number => look.widthOf(part, SIZE);
  const lines: string[] = [];
  const parts: string[] = [];
  let y = top;
  const write = (said: string, fill: string): void => {
    for (const line of wrapped(said, WIDTH - EDGE - left, widthOf)) {
      parts.push(textAt(left, y, line, { fill }));
      y += LINE;
    }
    lines.push(said);
  };
  for (const one of shown) {
    const { run } = one;
    const swatch = { x: EDGE, y: y - 10, width: 12, height: 12, rx: 3 };
    parts.push(element('rect', { ...swatch, fill: look.colour(colourOf(run)) }));
    const seeds = run.networks.map(({ seed }) => seed).sort((a, b) => a - b);
    write(`${nameOf(one)}: ${fullSettingsText(run, seeds)}`, text);
    write(dataText(run), soft);
    if (run.dataset?.synthetic) write(say('synthetic data'), mark);
    y += 8;
  }
  return { svg: parts.join(''), bottom: y - LINE, lines };
}
