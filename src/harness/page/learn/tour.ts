import { byId, find, make } from '../dom.ts';
import { onLanguage, say } from '../words/words.ts';

interface Stop {
  /** What is pointed at. */
  readonly target: string;
  readonly title: string;
  readonly text: string;
}

const stops = (): readonly Stop[] => [
  {
    target: '.controls',
    title: say('Start'),
    text: say(
      'Start trains a network with the settings of the form. Pause it, look into it, go on: the run stays the same. Below are its numbers.',
    ),
  },
  {
    target: '.charts',
    title: say('Watch the curves'),
    text: say(
      'The loss falls, epoch by epoch, and with classes the accuracy rises. If the test curve stops improving while the training curve goes on, the network learns the training data by heart.',
    ),
  },
  {
    target: '#tab-inside',
    title: say('Look inside'),
    text: say(
      'While it trains, see what its units have learned, which images it takes for what, and draw one of your own.',
    ),
  },
  {
    target: '#settings label:has([name=lr])',
    title: say('Change something and compare'),
    text: say(
      'Change one thing, such as the learning rate, and start again: the runs are drawn over each other. A question mark explains each word.',
    ),
  },
];

/** Pixels between what is pointed at and the ring around it, and the card. */
const [RING, GAP] = [6, 12];

/** Four steps through the page. The page can be used meanwhile. */
class Tour {
  #stops = stops();
  readonly #from = document.activeElement;
  readonly #ring = make('div', { class: 'tour-ring', 'aria-hidden': 'true' });
  readonly #title = make('h2', { id: 'tour-title' });
  readonly #text = make('p', { id: 'tour-text' });
  readonly #count = make('span', { class: 'help' });
  readonly #end = make('button', { type: 'button', click: () => this.end() });
  readonly #back = make('button', { type: 'button', click: () => this.#go(-1) });
  readonly #next = make('button', { type: 'button', class: 'primary', click: () => this.#go(1) });
  // No dialog element: another panel closes these, and the tour goes on there.
  readonly #card = make(
    'div',
    {
      class: 'tour',
      role: 'dialog',
      'aria-labelledby': 'tour-title',
      'aria-describedby': 'tour-text',
      translate: 'no',
    },
    this.#title,
    this.#text,
    make('div', { class: 'actions' }, this.#count, this.#end, this.#back, this.#next),
  );
  readonly #ended = new AbortController();
  /** Follows what is pointed at: also if another panel hides it, or is left. */
  readonly #sizes = new ResizeObserver(() => this.#placeSoon());
  #at = 0;
  #frame = 0;
  /** Of the window. */
  #width = innerWidth;

  constructor() {
    document.body.append(this.#ring, this.#card);
    const { signal } = this.#ended;
    document.addEventListener('keydown', (event) => this.#key(event), { signal });
    for (const type of ['scroll', 'resize']) {
      addEventListener(type, () => this.#placeSoon(), { signal, capture: true, passive: true });
    }
    addEventListener('resize', () => this.#follow(), { signal });
    this.#show();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.end();
    if (!this.#card.contains(document.activeElement)) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && this.#at + step < this.#stops.length) this.#go(step);
  }

  #go(step: number): void {
    const next = this.#at + step;
    if (next >= this.#stops.length) {
      this.end();
      return;
    }
    this.#at = Math.max(0, next);
    this.#show();
  }

  get #target(): HTMLElement {
    return find(document, this.#stops[this.#at].target);
  }

  #show(): void {
    byId('tab-train').click();
    this.speak();
    this.#sizes.disconnect();
    this.#sizes.observe(this.#target);
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#target.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
    this.#place();
    this.#next.focus({ preventScroll: true });
  }

  /** Says all again, in another language. */
  speak(): void {
    this.#stops = stops();
    const { title, text } = this.#stops[this.#at];
    const last = this.#at === this.#stops.length - 1;
    this.#title.textContent = title;
    this.#text.textContent = text;
    this.#count.textContent = say('{step} of {steps}', {
      step: this.#at + 1,
      steps: this.#stops.length,
    });
    this.#end.textContent = say('End');
    this.#back.textContent = say('Back');
    this.#back.disabled = this.#at === 0;
    this.#next.textContent = last ? say('Done') : say('Next');
    this.#placeSoon();
  }

  /** Brings what is pointed at back into sight when a phone is turned; a bar of the browser that comes or goes changes the height alone. */
  #follow(): void {
    if (innerWidth === this.#width) return;
    this.#width = innerWidth;
    this.#target.scrollIntoView({ block: 'center' });
  }

  #placeSoon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#place());
  }

  #place(): void {
    const target = this.#target;
    const shown = target.checkVisibility();
    this.#ring.hidden = !shown;
    const at = target.getBoundingClientRect();
    const { style } = this.#ring;
    style.left = `${at.left - RING}px`;
    style.top = `${at.top - RING}px`;
    style.width = `${at.width + 2 * RING}px`;
    style.height = `${at.height + 2 * RING}px`;
    const { offsetWidth: width, offsetHeight: height } = this.#card;
    const { clientWidth, clientHeight } = document.documentElement;
    const below = at.bottom + RING + GAP;
    const above = at.top - RING - GAP - height;
    const free = !shown ? -1 : below + height <= clientHeight ? below : above;
    // Over a target that fills the window, or if another panel hides it: at the lower end of the window.
    const lowest = clientHeight - height - GAP;
    // It stays in the window if the target is scrolled out of it.
    const top = free >= 0 ? Math.min(free, lowest) : lowest;
    const left = Math.max(GAP, Math.min(at.left, clientWidth - width - GAP));
    this.#card.style.left = `${left}px`;
    this.#card.style.top = `${top}px`;
  }

  end(): void {
    this.#ended.abort();
    cancelAnimationFrame(this.#frame);
    this.#sizes.disconnect();
    this.#ring.remove();
    this.#card.remove();
    running = undefined;
    if (this.#from instanceof HTMLElement && this.#from.checkVisibility()) this.#from.focus();
    else byId('welcome-open').focus();
  }
}

let running: Tour | undefined;

onLanguage(() => running?.speak());

/** Begins the tour, from its first step. */
export function beginTour(): void {
  running?.end();
  running = new Tour();
}
