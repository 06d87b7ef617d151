import type { NetworkFacts } from '../../tasks/network-facts.ts';
import type { SampleImages } from '../../worker/sample-images.ts';
import { isFashion } from '../class-names.ts';
import { whole } from '../numbers.ts';
import { say } from '../words/words.ts';

/**
 * What the page trains a network for.
 *
 * @param samples of the data that a run would use; undefined while they are not known
 */
export function leadText(
  facts: NetworkFacts,
  samples: Pick<SampleImages, 'classes' | 'rows' | 'column'> | undefined,
): string {
  if (facts.data === 'text') {
    return say(
      'This page trains a network to write like a text, on your own GPU, while you watch and look inside.',
    );
  }
  const { classes, rows, column = '' } = samples ?? {};
  if (rows) {
    return say(
      'This page trains a network to tell {column} from the rest of a row, on your own GPU, while you watch and look inside.',
      { column },
    );
  }
  if (facts.target === 'input') {
    return say(
      'This page trains a network to squeeze images through a few numbers and draw them again, on your own GPU, while you watch and look inside.',
    );
  }
  if (!classes || isFashion(classes)) {
    return say(
      'This page trains a network to tell garments apart, on your own GPU, while you watch and look inside.',
    );
  }
  return classes.length === 0
    ? say(
        'This page trains a network to tell images apart, on your own GPU, while you watch and look inside.',
      )
    : say(
        'This page trains a network to tell images of {count} classes apart, on your own GPU, while you watch and look inside.',
        { count: whole(classes.length) },
      );
}
