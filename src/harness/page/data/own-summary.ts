import type { OwnFacts } from '../../worker/own-facts.ts';
import { make } from '../dom.ts';
import { reasonText } from '../error-words.ts';
import { dataName } from '../facts.ts';
import { drawImage } from '../inside/pictures.ts';
import { counted, percent, whole } from '../numbers.ts';
import { language, say } from '../words/words.ts';

/** Classes that are listed before the others are counted. */
const LISTED = 12;
/** Files that are listed. */
const MOST_REFUSED = 50;

const p = (text: string, kind = ''): HTMLElement =>
  make('p', kind === '' ? {} : { class: kind }, text);

/**
 * What is said of data: how many samples there are, of which classes, and what to compare accuracies with.
 *
 * @param again lets somebody choose anew from the same data, by a button. Default without one
 */
export function ownSummary(facts: OwnFacts, again?: () => void): HTMLElement[] {
  const { of, train, test, name } = facts;
  const values = { train: whole(train), test: whole(test) };
  return [
    make('p', {}, make('strong', {}, dataName(name))),
    p(
      of === 'rows'
        ? say('{train} rows to train on, {test} to test on.', values)
        : say('{train} images to train on, {test} to test on.', values),
    ),
    ...ofTable(facts),
    ...ofImages(facts),
    ...ofClasses(facts),
    ...ofRefused(facts),
    p(say('They stay in this tab’s memory: after a reload, give them again.')),
    ...(again
      ? [make('button', { type: 'button', class: 'small', click: again }, say('Change'))]
      : []),
  ];
}

/** What is said if the form learns from data that are not there. */
export const noneGiven = (): HTMLElement[] => [
  p(
    say(
      'These settings learn from data of your own, and there are none here: they are kept in memory only, until the page is closed. Give them again.',
    ),
  ),
];

function ofTable({ table }: OwnFacts): HTMLElement[] {
  if (!table) return [];
  const { inputs, target, scale, leftOut } = table;
  const parts = [
    say('Learns {target} from {inputs}.', {
      target,
      inputs: counted(inputs.length, 'input'),
    }),
    ...(leftOut > 0
      ? [say('{rows} left out: values are missing.', { rows: counted(leftOut, 'row') })]
      : []),
    ...(scale
      ? [
          say(
            'It is standardised: a loss of 1 is what always saying the mean, {mean}, gives; the square root of the loss, times {deviation}, is the usual error.',
            {
              mean: number(scale.mean, scale.comma),
              deviation: number(scale.deviation, scale.comma),
            },
          ),
        ]
      : []),
  ];
  return [p(parts.join(' '))];
}

/** @param comma whether its table has decimal commas; see `inTable` */
const number = (value: number, comma = false): string =>
  value.toLocaleString(comma ? 'es' : language(), { maximumSignificantDigits: 4 });

function ofImages({
  of,
  size: [height, width, channels] = [0, 0, 1],
  parted,
  inverted,
}: OwnFacts): HTMLElement[] {
  if (of !== 'images') return [];
  const parts = [
    ...(parted === undefined
      ? []
      : [
          channels === 3
            ? say('Made {height} × {width} in colour, from the square in the middle.', {
                ...{ height, width },
              })
            : say('Made {height} × {width} and grey, from the square in the middle.', {
                ...{ height, width },
              }),
        ]),
    ...(channels === 3
      ? [
          say('Red, green and blue of each pixel are {count} numbers.', {
            count: whole(height * width * channels),
          }),
        ]
      : []),
    ...(parted ? [say('The folders said which ones are tested.')] : []),
    ...(inverted ? [say('Light and dark were exchanged: networks here see light on dark.')] : []),
  ];
  return parts.length > 0 ? [p(parts.join(' '))] : [];
}

/** A class with an image, and how many there are. */
function classItem({ classes, examples, size }: OwnFacts, at: number): HTMLElement {
  const { name, count } = classes[at];
  const image = examples?.[at];
  const words = make(
    'span',
    {},
    make('span', { translate: 'no' }, name),
    ' ',
    make('b', {}, whole(count)),
  );
  if (!size || !image?.length) return make('li', {}, words);
  const [height, width, channels] = size;
  const picture = make('canvas', { class: 'picture', 'aria-hidden': 'true' });
  drawImage(picture, image, { height, width, channels });
  return make('li', {}, picture, words);
}

function ofClasses(facts: OwnFacts): HTMLElement[] {
  const { classes, unbalanced, largest } = facts;
  if (classes.length === 0) return [];
  const most = [...classes].sort((a, b) => b.count - a.count)[0];
  const least = [...classes].sort((a, b) => a.count - b.count)[0];
  const values = {
    name: most.name,
    share: percent(largest),
    most: whole(most.count),
    least: whole(least.count),
    rare: least.name,
  };
  return [
    make(
      'ul',
      { class: 'classes', 'aria-label': say('Classes') },
      ...classes.slice(0, LISTED).map((_, i) => classItem(facts, i)),
      ...(classes.length > LISTED
        ? [make('li', {}, say('and {count} more', { count: classes.length - LISTED }))]
        : []),
    ),
    p(say('Always saying “{name}” is right for {share} of the test data.', values)),
    ...(unbalanced
      ? [
          p(
            say(
              'The classes are unbalanced: {most} of “{name}”, {least} of “{rare}”. Compare accuracies with the share above, and look at each class in the confusion matrix.',
              values,
            ),
            'warning',
          ),
        ]
      : []),
  ];
}

function ofRefused({ refused = [] }: OwnFacts): HTMLElement[] {
  if (refused.length === 0) return [];
  return [
    make(
      'details',
      {},
      make(
        'summary',
        {},
        say('{files} could not be used', { files: counted(refused.length, 'file') }),
      ),
      make(
        'ul',
        {},
        ...refused
          .slice(0, MOST_REFUSED)
          .map(([path, why]) => make('li', {}, `${path.slice(0, 120)}: ${reasonText(why)}`)),
      ),
    ),
  ];
}
