import { byId } from './dom.ts';

/** What each class of error is called on the page, and what can be done beyond what it says. */
const KINDS: Readonly<Record<string, readonly [title: string, advice: string]>> = {
  AdapterError: [
    'No GPU to work with',
    'On Linux, or on an old GPU, WebGPU may have to be switched on: see chrome://gpu, or about:support in Firefox.',
  ],
  DeviceLostError: [
    'The GPU was lost',
    'Drivers that restart, and computers that sleep, take it away. Start again: the page asks for it anew.',
  ],
  MemoryError: ['Not enough memory on the GPU', ''],
  NonFiniteError: ['The training ran away', ''],
  OptionError: ['These settings do not work', ''],
  ShapeError: ['These layers do not fit together', ''],
  DataError: ['This file cannot be used', ''],
  ShaderError: [
    'A kernel does not compile on this GPU',
    'Please send this text with the name of your GPU and browser.',
  ],
};

/** The page's one place for what went wrong. */
export class Alert {
  #save: (() => void) | undefined;

  constructor() {
    byId('alert-close').addEventListener('click', () => this.hide());
    byId('alert-weights').addEventListener('click', () => this.#save?.());
  }

  /** @param save saves the weights that are left, where there are any */
  show({ name, message }: { name: string; message: string }, save?: () => void): void {
    const [title, advice] = KINDS[name] ?? ['Something went wrong', ''];
    byId('alert-title').textContent = title;
    // A sentence begins with a capital; a file's or an option's name stays as it is.
    const text = message.replace(/^[a-z](?=[a-z]*[ ,])/, (first) => first.toUpperCase());
    byId('alert-text').textContent = [`${text.replace(/\.?$/, '.')}`, advice].join(' ').trim();
    this.#save = save;
    byId('alert-weights').hidden = !save;
    byId('alert').hidden = false;
  }

  hide(): void {
    byId('alert').hidden = true;
  }
}
