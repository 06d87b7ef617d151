import { element, label as textAt } from '../../../../paper/svg.ts';
import { dataText, fullSettingsText } from '../../notebook/run-words.ts';
import { say } from '../../words/words.ts';
import { strokeOf } from '../colours.ts';
import { leftOutTexts } from '../left-out.ts';
import { nameOf } from '../names.ts';
import type { Scene } from '../plot-options.ts';
import { EDGE, LINE, type Look, WIDTH } from './look.ts';

const SIZE = 12;

/** A piece of the run's curve: two dashes and what is between. */
const SWATCH = 22;

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
  const left = EDGE + SWATCH + 10;
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
    const { colour, dashes } = strokeOf(run);
    const [on = SWATCH, off = 0] = dashes;
    for (let x = 0; x < SWATCH; x += on + off) {
      const piece = { x: EDGE + x, y: y - 8, width: Math.min(on, SWATCH - x), height: 8 };
      parts.push(element('rect', { ...piece, fill: look.colour(colour) }));
    }
    const seeds = run.networks.map(({ seed }) => seed).sort((a, b) => a - b);
    write(`${nameOf(one)}: ${fullSettingsText(run, seeds)}`, text);
    write(dataText(run), soft);
    for (const said of leftOutTexts([one])) write(said, soft);
    if (run.dataset?.synthetic) write(say('synthetic data'), mark);
    y += 8;
  }
  return { svg: parts.join(''), bottom: y - LINE, lines };
}
