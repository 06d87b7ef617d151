import { byId, make } from '../dom.ts';
import { percent, whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import { classText } from './class-bars.ts';
import { meansOf, type Scores, scoresOf } from './scores.ts';

/** Shows precision, recall and F1 of each class, and their means. @param samples what is classified, in the plural */
export function showScores(
  samples: string,
  classes: readonly string[],
  confusion: readonly (readonly number[])[],
): void {
  const all = scoresOf(confusion);
  const heads = [say('Class'), samples, say('Precision'), say('Recall'), say('F1')];
  const line = (name: HTMLElement | string, scores: Scores): HTMLElement =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, name),
      make('td', {}, whole(scores.images)),
      ...[scores.precision, scores.recall, scores.f1].map((value) =>
        make('td', {}, percent(value)),
      ),
    );
  byId('scores').replaceChildren(
    make('thead', {}, make('tr', {}, ...heads.map((text) => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, ...all.map((scores, c) => line(classText(classes[c]), scores))),
    make('tfoot', {}, line(say('Mean of the classes'), meansOf(all))),
  );
}
