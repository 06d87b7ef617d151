/** What the greeting says of the run that the form describes. */
import { dataName } from '../facts.ts';
import { nameOfSetting } from '../notebook/setting-words.ts';
import { duration, fixed, whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import type { ComingRun } from './coming-run.ts';
import { rowsOfWidths, sumOf } from './layer-rows.ts';

/** What happens in it; which settings are wrong, if some are. */
export function stepsText({ settings, facts, widths, samples, wrong }: ComingRun): string {
  if (wrong.length > 0) {
    return say('Settings are wrong: {names}. Their fields say why.', {
      names: wrong.map(nameOfSetting).join(', '),
    });
  }
  const epochs = whole(Number(settings.get('epochs') ?? facts.epochs));
  const batch = whole(Number(settings.get('batch-size') ?? facts.batchSize));
  if (!widths || samples?.rows) {
    return say(
      'It sees all training data {epochs} times, {batch} samples at a time, and changes its weights after each of these batches.',
      { epochs, batch },
    );
  }
  const weights = whole(sumOf(rowsOfWidths(widths)).parameters);
  const narrowest = Math.min(...widths.slice(1, -1));
  if (facts.data === 'images' && facts.target === 'input' && narrowest < widths[0]) {
    return say(
      'It sees all training images {epochs} times, {batch} at a time: it squeezes each through its narrowest layer, of {units} numbers, and draws it again. After each batch it changes its {weights} weights a little.',
      { epochs, batch, units: whole(narrowest), weights },
    );
  }
  return say(
    'It sees all training images {epochs} times, {batch} at a time, and after each of these batches changes its {weights} weights a little. After each epoch it is tested on images that it has not seen.',
    { epochs, batch, weights },
  );
}

/** How long it takes here. */
export function timeText({ estimate, wrong }: ComingRun): string {
  if (wrong.length > 0) return say('It is timed as soon as the settings are right.');
  if (estimate === undefined) return say('Timing a few steps on this GPU…');
  if (estimate === null)
    return say('It could not be measured here. The time left is shown once training runs.');
  return say(
    'About {time}: an estimate from {steps} steps that were just timed here, in {seconds} s. Tests after each epoch come on top.',
    {
      time: duration(estimate.seconds),
      steps: whole(estimate.timed),
      seconds: fixed(estimate.timedSeconds, 1),
    },
  );
}

/** What it learns from, and how much there is of it. */
export function dataText({ settings, samples, wrong }: ComingRun): string {
  if (!samples) return '…';
  const name = dataName(samples.name);
  const given = wrong.includes('train-limit') ? 0 : Number(settings.get('train-limit'));
  const limit = given || Infinity;
  const count = whole(Math.min(samples.training ?? 0, limit));
  if (samples.text) return say('{name}: {count} pieces of text to train on.', { name, count });
  if (samples.rows) return say('{name}: {count} rows to train on.', { name, count });
  return samples.training
    ? say('{name}: {count} images to train on.', { name, count })
    : `${name}.`;
}
