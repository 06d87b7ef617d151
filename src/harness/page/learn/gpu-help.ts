import { openDialog } from '../dialog.ts';
import { make } from '../dom.ts';
import { redrawn, say } from '../words/words.ts';
import { type Agent, agentOf } from './agents.ts';
import { type Step, stepsFor } from './gpu-steps.ts';

const BROWSERS: Readonly<Record<Agent['browser'], string>> = {
  chrome: 'Chrome',
  edge: 'Edge',
  firefox: 'Firefox',
  safari: 'Safari',
};

const SYSTEMS: Readonly<Record<Agent['system'], string>> = {
  windows: 'Windows',
  mac: 'macOS',
  linux: 'Linux',
  android: 'Android',
  ios: 'iOS',
  chromeos: 'ChromeOS',
};

/** Others that are likely to work where the reader's browser does not. */
const OTHERS: readonly Agent[] = [
  { browser: 'chrome', system: 'windows' },
  { browser: 'chrome', system: 'linux' },
  { browser: 'chrome', system: 'android' },
  { browser: 'edge', system: 'windows' },
  { browser: 'firefox', system: 'windows' },
  { browser: 'firefox', system: 'mac' },
  { browser: 'firefox', system: 'linux' },
  { browser: 'safari', system: 'mac' },
  { browser: 'safari', system: 'ios' },
];

const nameOf = ({ browser, system }: Agent): string =>
  say('{browser} on {system}', { browser: BROWSERS[browser], system: SYSTEMS[system] });

/** Options go on in another line as a whole: a hyphen of theirs is no place to break one. */
const codeOf = (code: string): HTMLElement =>
  make('code', {}, ...code.split(' ').flatMap((option) => [make('span', {}, option), ' ']));

const listOf = (steps: readonly Step[]): HTMLOListElement =>
  make(
    'ol',
    { class: 'steps' },
    ...steps.map(({ text, code }) => make('li', {}, text, ...(code ? [codeOf(code)] : []))),
  );

function why(found: 'none' | 'software' | 'no WebGPU'): string {
  switch (found) {
    case 'none':
      return say(
        'The browser has WebGPU, but gives this page no GPU. It may be turned off, or the driver is not supported.',
      );
    case 'software':
      return say(
        'The browser computes on the processor instead of the GPU. The results are right, but slow to come.',
      );
    case 'no WebGPU':
      return say(
        'This page trains networks with WebGPU, which this browser does not have or does not turn on.',
      );
  }
}

/** How the reader's browser comes to a GPU. */
function helpOf(found: 'none' | 'software' | 'no WebGPU'): HTMLElement[] {
  const own = agentOf(navigator.userAgent, navigator.maxTouchPoints);
  const others = OTHERS.filter(
    ({ browser, system }) => browser !== own.browser || system !== own.system,
  );
  return [
    make('p', {}, why(found)),
    make('h3', {}, nameOf(own)),
    listOf(stepsFor(own)),
    make(
      'details',
      {},
      make('summary', {}, say('Other browsers')),
      ...others.flatMap((one) => [make('h3', {}, nameOf(one)), listOf(stepsFor(one))]),
    ),
    make(
      'p',
      { class: 'help' },
      say('As of April 2026: newer versions may need fewer of these steps.'),
    ),
  ];
}

/** Shows it in a card of the page, which has nothing else to show. */
export function placeGpuHelp(host: Element): void {
  const card = make('section', { class: 'card gpu-card', 'aria-labelledby': 'gpu-card-title' });
  redrawn(card, () => {
    const title = make('h2', { id: 'gpu-card-title' }, say('A GPU for this page'));
    card.replaceChildren(title, ...helpOf('no WebGPU'));
  });
  host.append(card);
}

/** Shows it in a dialog. */
export function showGpuHelp(found: 'none' | 'software' | 'no WebGPU'): void {
  const { element } = openDialog(
    { title: () => say('A GPU for this page'), kind: 'help-dialog' },
    ...helpOf(found),
    make('form', { method: 'dialog' }, make('button', { class: 'primary' }, say('Close'))),
  );
  // A click beside it closes it, too.
  element.setAttribute('closedby', 'any');
}
