/** What the view is made of. */
import { find, make } from '../page/dom.ts';
import type { Invitation } from './invitation.ts';

/** Of the scripts that are loaded at the start, for the text. */
const SCRIPTS = '0.2 MB';

const number = (name: string, label: string, most: number): HTMLElement =>
  make(
    'label',
    {},
    label,
    make('input', { name, type: 'number', min: '1', max: String(most), placeholder: 'no limit' }),
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
    ? 'the server that this page comes from.'
    : make(
        'span',
        {},
        'a server of ',
        make('span', { class: 'mark' }, 'another address'),
        ' than this page’s. Go on only if you know it, or whoever sent you the link.',
      );
  return make(
    'form',
    { class: 'card join', id: 'join-form' },
    make('h2', {}, 'Lend this GPU to a sweep'),
    make('p', {}, 'If you start, this page trains neural networks for ', address, ', ', whose),
    make(
      'ul',
      {},
      make(
        'li',
        {},
        'It uses your GPU as much as it can, and memory as the networks need it. Other programs may become slower, and a battery empties sooner.',
      ),
      make(
        'li',
        {},
        `It downloads ${SCRIPTS} of scripts, and the data of the sweep once: up to 31 MB for Fashion-MNIST, nothing for built-in images.`,
      ),
      make(
        'li',
        {},
        'It sends losses, accuracies and the networks’ weights to the server, with the names of your GPU and browser. It reads nothing else of yours, and stores nothing.',
      ),
      make(
        'li',
        {},
        'Stop, or close the page, at any time: what was begun is given back, and another computer continues it.',
      ),
    ),
    ...(own ? [] : [check('known', 'I know this server', { required: true })]),
    ...(token === undefined
      ? [
          make(
            'label',
            {},
            'Token of the sweep',
            make('input', { name: 'token', type: 'password', required: true, autocomplete: 'off' }),
          ),
        ]
      : []),
    make(
      'details',
      {},
      make('summary', {}, 'Limits'),
      make(
        'div',
        { class: 'pair' },
        number('trials', 'Trials', 1e6),
        number('minutes', 'Minutes', 1e5),
      ),
      make(
        'label',
        {},
        'Name, shown to others',
        make('input', { name: 'name', maxlength: '80', placeholder: 'browser' }),
      ),
      check('hidden', 'Pause while this page is hidden'),
      check('battery', 'Pause on battery', { checked: true }),
    ),
    make(
      'div',
      { class: 'actions' },
      make('button', { type: 'submit', class: 'primary', id: 'join-start' }, 'Start'),
    ),
  );
}

/** What happens. */
function work(server: string): HTMLElement {
  return make(
    'section',
    { class: 'card join', id: 'join-work', hidden: true, 'aria-label': 'Work' },
    make('h2', { class: 'address' }, `Work for ${server}`),
    make(
      'div',
      { class: 'actions' },
      make('button', { type: 'button', class: 'primary', id: 'join-stop' }, 'Stop'),
    ),
    make('p', { id: 'join-status', class: 'status', role: 'status' }),
    make('progress', {
      id: 'join-progress',
      max: '1',
      value: '0',
      'aria-label': 'Progress of the trial',
    }),
    make(
      'dl',
      { class: 'numbers' },
      fact('join-trial', 'Trial'),
      fact('join-epoch', 'Epoch'),
      fact('join-loss', 'Training loss'),
      fact('join-test', 'Test accuracy'),
      fact('join-speed', 'Samples per second'),
      fact('join-memory', 'GPU memory'),
      fact('join-done', 'Trials done'),
      fact('join-time', 'Time'),
    ),
    make('p', { id: 'join-what', class: 'help' }),
    make(
      'figure',
      { id: 'join-figure' },
      make('figcaption', { class: 'help' }, 'Training loss of this trial'),
    ),
    make('h2', {}, 'Trials'),
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
  document.title = 'gradweave: lend this GPU';
  return view;
}
