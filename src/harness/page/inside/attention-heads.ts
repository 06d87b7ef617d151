import type { AttentionPicture } from '../../worker/text-study.ts';
import { byId, make } from '../dom.ts';
import { say } from '../words/words.ts';
import { drawMatrix } from './attention-drawing.ts';

/** A head of a layer of attention, from 0. */
export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
}

/** Draws a small matrix for each head: buttons, of which one is pressed. */
export function drawHeads(
  layers: AttentionPicture['layers'],
  characters: number,
  chosen: HeadPlace,
  choose: (place: HeadPlace) => void,
): void {
  const list = byId('attention-heads');
  const places = layers.flatMap(({ heads }, layer) =>
    heads.map((weights, head) => ({ weights, layer, head })),
  );
  if (list.querySelectorAll('button').length !== places.length) {
    list.replaceChildren(
      ...layers.map(({ heads }, layer) =>
        make(
          'li',
          {},
          make('span', { class: 'help' }, say('Layer {layer}', { layer: layer + 1 })),
          ...heads.map((_, head) =>
            make(
              'button',
              {
                type: 'button',
                'aria-label': say('Layer {layer}, head {head}', {
                  layer: layer + 1,
                  head: head + 1,
                }),
                click: () => choose({ layer, head }),
              },
              make('canvas', { 'aria-hidden': 'true' }),
            ),
          ),
        ),
      ),
    );
  }
  const buttons = [...list.querySelectorAll('button')];
  places.forEach(({ weights, layer, head }, i) => {
    const isChosen = layer === chosen.layer && head === chosen.head;
    buttons[i].setAttribute('aria-pressed', String(isChosen));
    const canvas = buttons[i].querySelector('canvas');
    if (canvas) drawMatrix(canvas, weights, characters);
  });
}
