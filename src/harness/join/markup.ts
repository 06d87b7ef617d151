/** What the view is made of. */
import { find, make } from '../page/dom.ts';
import { fixed } from '../page/numbers.ts';
import { say } from '../page/words/words.ts';
import type { Invitation } from './invitation.ts';

/** Megabytes of the scripts that are loaded at the start. */
const SCRIPTS = 0.2;

const number = (name: string, label: string, most: number): HTMLElement =>
  make(
    'label',
    {},
    label,
    make('input', {
      name,
      type: 'number',
      min: '1',
      max: String(most),
      placeholder: say('no limit'),
    }),
  );

const check = (name: string, label: string, attributes: Record<string, boolean> = {}) =>
  make(
    'label',
    { class: 'check' },
    make('input', { name, type: 'checkbox', ...attributes }),
    label,
  );

const fact = (id: string, label: string): HTMLElement =>
  make('div', {}, make('dt', {}, label), make('dd', { id }, '–'));

const addressOf = ({ href }: URL): string => href.replace(/\/$/, '');

/** What will happen, and the settings. */
function consent({ server, own, token }: Invitation): HTMLElement {
  const address = make('strong', { class: 'address' }, addressOf(server));
  const whose = own
    ? say('the server that this page comes from.')
    : make(
        'span',
        {},
        say('a server of'),
        ' ',
        make('span', { class: 'mark' }, say('another address')),
        ' ',
        say('than this page’s. Go on only if you know it, or whoever sent you the link.'),
      );
  return make(
    'form',
    { class: 'card join', id: 'join-form' },
    make('h2', {}, say('Lend this GPU to a sweep')),
    make(
      'p',
      {},
      say('If you start, this page trains neural networks for'),
      ' ',
      address,
      ', ',
      whose,
    ),
    make(
      'ul',
      {},
      make(
        'li',
        {},
        say(
          'It uses your GPU as much as it can, and memory as the networks need it. Other programs may become slower, and a battery empties sooner.',
        ),
      ),
      make(
        'li',
        {},
        say(
          'It downloads {size} of scripts, and the data of the sweep once: up to 31 MB for Fashion-MNIST, nothing for built-in images.',
          { size: `${fixed(SCRIPTS, 1)} MB` },
        ),
      ),
      make(
        'li',
        {},
        say(
          'It sends losses, accuracies and the networks’ weights to the server, with the names of your GPU and browser. It reads nothing else of yours, and stores nothing.',
        ),
      ),
      make(
        'li',
        {},
        say(
          'Stop, or close the page, at any time: what was begun is given back, and another computer continues it.',
        ),
      ),
    ),
    ...(own ? [] : [check('known', say('I know this server'), { required: true })]),
    ...(token === undefined
      ? [
          make(
            'label',
            {},
            say('Token of the sweep'),
            make('input', { name: 'token', type: 'password', required: true, autocomplete: 'off' }),
          ),
        ]
      : []),
    make(
      'details',
      {},
      make('summary', {}, say('Limits')),
      make(
        'div',
        { class: 'pair' },
        number('trials', say('Trials'), 1e6),
        number('minutes', say('Minutes'), 1e5),
      ),
      make(
        'label',
        {},
        say('Name, shown to others'),
        make('input', { name: 'name', maxlength: '80', placeholder: say('browser') }),
      ),
      check('hidden', say('Pause while this page is hidden')),
      check('battery', say('Pause on battery'), { checked: true }),
    ),
    make(
      'div',
      { class: 'actions' },
      make('button', { type: 'submit', class: 'primary', id: 'join-start' }, say('Start')),
    ),
  );
}

/** What happens. */
function work(server: string): HTMLElement {
  return make(
    'section',
    { class: 'card join', id: 'join-work', hidden: true, 'aria-label': say('Work') },
    make('h2', { class: 'address' }, say('Work for {server}', { server })),
    make(
      'div',
      { class: 'actions' },
      make('button', { type: 'button', class: 'primary', id: 'join-stop' }, say('Stop')),
    ),
    make('p', { id: 'join-status', class: 'status', role: 'status' }),
    make('progress', {
      id: 'join-progress',
      max: '1',
      value: '0',
      'aria-label': say('Progress of the trial'),
    }),
    make(
      'dl',
      { class: 'numbers' },
      fact('join-trial', say('Trial')),
      fact('join-epoch', say('Epoch')),
      fact('join-loss', say('Training loss')),
      fact('join-test', say('Test accuracy')),
      fact('join-speed', say('Samples per second')),
      fact('join-memory', say('GPU memory')),
      fact('join-done', say('Trials done')),
      fact('join-time', say('Time')),
    ),
    make('p', { id: 'join-what', class: 'help' }),
    make(
      'figure',
      { id: 'join-figure' },
      make('figcaption', { class: 'help' }, say('Training loss of this trial')),
    ),
    make('h2', {}, say('Trials')),
    make('ol', { id: 'join-trials', class: 'ends', reversed: true }),
  );
}

/** Replaces the page's panels by the view. */
export function showJoin(invitation: Invitation): HTMLElement {
  const main = find(document, 'main');
  const view = make(
    'div',
    { class: 'join-view' },
    consent(invitation),
    work(addressOf(invitation.server)),
  );
  main.replaceChildren(view);
  find(document, '[role=tablist]').remove();
  // It is about the other views: what is trained here goes to the sweep.
  find(document, 'footer').remove();
  document.title = say('gradweave: lend this GPU');
  return view;
}
