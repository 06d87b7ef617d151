import type { NetworkCounts, WrongSetting } from '../../worker/networks-in.ts';
import { reasonText } from '../error-words.ts';
import { counted } from '../numbers.ts';
import { say, sayOf } from '../words/words.ts';

/** What is said of the networks that settings train. */
export function networksText(found: NetworkCounts | WrongSetting): string {
  if ('wrong' in found) return wrongText(found);
  const { networks, seeds, rates, dropouts } = found;
  if (networks === 1) {
    return say(
      'Several seeds, as 1..5 or 1,2,7, train a network each, at once. So do several rates and dropouts.',
    );
  }
  const parts = [
    seeds > 1 ? counted(seeds, 'seed') : '',
    rates > 1 ? counted(rates, 'learning rate') : '',
    dropouts > 1 ? counted(dropouts, 'dropout') : '',
  ].filter(Boolean);
  return say('Trains {count} networks at once: {parts}.', {
    count: networks,
    parts: parts.join(' × '),
  });
}

/** It stands under the field, which has the name. */
function wrongText({ wrong, given, need }: WrongSetting): string {
  return wrong === ''
    ? `${need}.`
    : say('“{given}” was given; it must be {need}.', { given, need: reasonText(sayOf(need)) });
}
