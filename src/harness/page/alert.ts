import { byId, make } from './dom.ts';
import { bringsOther, errorText, lacksData, lacksDevice, saidOf } from './error-words.ts';
import { RemoteError } from './remote.ts';
import type { Tab } from './tabs.ts';
import { put, say, sayOf } from './words/words.ts';

/** Title of each class of error on the page, and advice in addition to its message. */
export const KINDS: Readonly<Record<string, readonly [title: string, advice: string]>> = {
  AdapterError: [
    'No GPU available',
    'On Linux or with an old GPU, WebGPU may have to be enabled. See chrome://gpu, or about:support in Firefox.',
  ],
  DeviceLostError: [
    'The GPU was lost',
    'This happens if a driver restarts or the computer sleeps. Start again: the page requests it again.',
  ],
  NoOtherDevice: [
    'The GPU was lost',
    'After crashes, a browser may give none until it is restarted. Save what you need, and restart it.',
  ],
  OtherDevice: [
    'The GPU was lost',
    'Start again: the page then works on trials with the GPU that there is now.',
  ],
  LoadError: ['A part of the page is missing', ''],
  WorkerError: ['No worker to train with', ''],
  MemoryError: ['Not enough GPU memory', ''],
  NonFiniteError: ['Training diverged', ''],
  OptionError: ['These settings do not work', ''],
  ShapeError: ['These layers do not fit together', ''],
  DataError: ['This file cannot be used', ''],
  LinkError: ['This link does not lead to a sweep', ''],
  MissingData: ['The data are not here', ''],
  CameraError: ['The camera cannot be used', ''],
  ShaderError: [
    'A kernel does not compile on this GPU',
    'Please report this text with the name of your GPU and browser.',
  ],
};

/** An error as the page shows it. */
export interface Shown {
  readonly name: string;
  readonly message: string;
  /** Its message in the page's language, if the page says it itself. */
  readonly said?: (() => string) | undefined;
  /** What can be done about it now. Default the advice of its class. */
  readonly advice?: (() => string) | undefined;
}

/** An error that the page says in its language, also if that changes while it is shown. */
export function saidError(name: string, said: () => string): Error & Shown {
  return Object.assign(new Error(said()), { name, said });
}

/** An error of a file that was given, with its name. What is no fault of the file stays as it is. */
export function ofFile(file: string, error: unknown): Error & Shown {
  const thrown = error instanceof Error ? error : new Error(String(error));
  // What the page says itself has names.
  const isNamed = thrown.message.startsWith(file) || 'said' in thrown;
  if (thrown.name !== 'DataError' || isNamed || lacksData(thrown)) return thrown;
  return saidError('DataError', () => `${file}: ${errorText(thrown)}`);
}

/** A sentence of a message. The first word gets a capital, but not the name of a file or an option. */
const sentence = (message: string): string =>
  message
    .replace(/^(?![^:]*\.\w+: )[a-z](?=[a-z]*[ ,])/, (first) => first.toUpperCase())
    .replace(/\.?$/, '.');

/** What browsers say if a part of the page that is loaded later cannot be had. */
const MISSING = /dynamically imported module|importing a module/i;

/** In words that help, if it is such a part; else as it is. */
const told = (error: Shown): Shown =>
  error.name === 'TypeError' && MISSING.test(error.message)
    ? saidError('LoadError', () =>
        say('It could not be loaded. See whether you are online, then try again'),
      )
    : error;

/** What an error is in {@link KINDS}. */
export const kindOf = (error: Shown): string => {
  if (lacksDevice(error)) return 'NoOtherDevice';
  if (bringsOther(error)) return 'OtherDevice';
  return lacksData(error) ? 'MissingData' : told(error).name;
};

/** Panels that what goes wrong with training concerns. */
const OF_TRAINING: readonly Tab[] = ['train', 'inside'];

/** The page's place for errors. */
export class Alert {
  #shown: Shown | undefined;
  /** Panels over which it stays. */
  #where: readonly Tab[] = OF_TRAINING;
  #panel: Tab = 'train';
  #save: (() => void) | undefined;
  #act: (() => void) | undefined;

  constructor() {
    byId('alert-close').addEventListener('click', () => {
      this.hide();
      // The button is hidden now.
      document.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
    });
    byId('alert-weights').addEventListener('click', () => this.#save?.());
    byId('alert-offer').addEventListener('click', () => this.#act?.());
  }

  /**
   * @param save saves the remaining weights, if there are any
   * @param left what is said of these
   */
  show(error: Shown, save?: () => void, left: () => string = () => ''): void {
    const { message, said = saidOf(error) } = told(error);
    const [title, advice] = KINDS[kindOf(error)] ?? ['', ''];
    put(byId('alert-title'), () => (title === '' ? say('Something went wrong') : sayOf(title)));
    // What the engine says is English in all languages.
    const isEngines = error instanceof RemoteError && !said && left() === '';
    const text = make('span', isEngines ? { lang: 'en' } : {});
    put(text, () => sentence((said?.() ?? message) + left()));
    const more = make('span');
    const { advice: own = () => (advice === '' ? '' : sayOf(advice)) } = error;
    put(more, own);
    this.#shown = error;
    this.#where = OF_TRAINING;
    byId('alert-text').replaceChildren(text, ' ', more);
    this.#save = save;
    byId('alert-weights').hidden = !save;
    byId('alert-offer').hidden = true;
    byId('alert').hidden = false;
  }

  /** Shows an error of one panel alone. */
  showIn(panel: Tab, error: Shown): void {
    this.show(error);
    this.#where = [panel];
    this.at(this.#panel);
  }

  /** Another panel is shown: what is said of others waits there. */
  at(panel: Tab): void {
    this.#panel = panel;
    byId('alert').hidden = this.#shown === undefined || !this.#where.includes(panel);
  }

  /** Offers to do something about what is shown. */
  offer(text: () => string, act: () => void): void {
    this.#act = act;
    put(byId('alert-offer'), text);
    byId('alert-offer').hidden = false;
  }

  /** @param only hides this error alone. Default whatever is shown */
  hide(only?: Shown): void {
    if (only && only !== this.#shown) return;
    this.#shown = undefined;
    byId('alert').hidden = true;
  }
}
