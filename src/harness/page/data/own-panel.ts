/** The visitor's own data: which files are what, and what is said of them. Loaded when there are some. */
import type { Making } from '../../own/colours.ts';
import type { GivenFiles } from '../../worker/own-data.ts';
import type { OwnFacts } from '../../worker/own-facts.ts';
import { saidError } from '../alert.ts';
import { byId, make } from '../dom.ts';
import { refusalText } from '../error-words.ts';
import { counted, whole } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { onLanguage, put, say } from '../words/words.ts';
import { asks } from './asked-files.ts';
import { filesByName, type NamedFile } from './given-files.ts';
import { ImageFiles, type MadeImages } from './image-files.ts';
import { inTurn } from './in-turn.ts';
import { type AskOwn, askOwn } from './own-calls.ts';
import { ownGiven } from './own-round.ts';
import {
  chosenMaking,
  fitBatch,
  fitWidths,
  isAlike,
  isOwnChosen,
  setMaking,
  useOwn,
} from './own-settings.ts';
import { ownSummary } from './own-summary.ts';

/** Files in a message. */
const LISTED = 5;

const TABLE = /\.(csv|tsv|tab)$/i;
const ZIP = /\.zip$/i;
const IMAGE = /\.(png|jpe?g|gif|webp|bmp)$/i;

/** What the panel asks of the page. */
export interface OwnHost {
  readonly remote: Remote;
  /** Something was taken. */
  taken(): void;
  fail(error: Error): void;
  /** Whether a run goes on. */
  busy(): boolean;
  /** Starts a run. */
  start(): void;
}

export class OwnPanel {
  readonly #host: OwnHost;
  readonly #ask: AskOwn;
  readonly #text = byId('drop-data-text');
  readonly #place = byId('own-data');
  readonly #images: ImageFiles;
  #facts: OwnFacts | undefined;
  /** How its images were made, and makes them again as the form says; undefined of other data. */
  #made: { readonly making: Making; again(): Promise<void> } | undefined;
  #chosen = false;
  /** Files that come while others are read wait for them. */
  readonly #inTurn = inTurn();
  #camera: import('./camera-card.ts').CameraCard | undefined;
  /** Opens what chooses anew from the same data. */
  #again: (() => void) | undefined;

  constructor(host: OwnHost) {
    this.#host = host;
    this.#ask = askOwn(host.remote);
    this.#images = new ImageFiles(this.#ask, (text) => put(this.#text, text));
    onLanguage(() => this.#draw());
    byId('settings').addEventListener('change', ({ target }) => {
      if (target instanceof HTMLSelectElement && target.name === 'model') this.#fit();
      // Settings that were loaded have the widths of the data that they were for.
      else if (target === byId('settings') && isOwnChosen() && this.#facts) fitWidths(this.#facts);
      this.#camera?.recolour();
      void this.#inTurn(() => this.#makeAgain());
    });
  }

  /** The images that can be made again in another size or colour; undefined of other data, and while there are none. */
  get images(): Pick<OwnFacts, 'name' | 'size' | 'train' | 'test'> | undefined {
    return this.#made && this.#facts;
  }

  /** When all that was given and chosen until now is done. */
  settled(): Promise<void> {
    return this.#inTurn(async () => {});
  }

  /** Makes images again if the form learns from them and wants others than there are; it says what they are if that fails. */
  async #makeAgain(): Promise<void> {
    const [made, facts] = [this.#made, this.#facts];
    if (!made || !isOwnChosen()) return;
    if (isAlike(made.making, chosenMaking(), facts?.size?.[2] ?? 1)) return;
    try {
      await made.again();
    } catch (error) {
      if (isOwnChosen()) setMaking(made.making);
      put(this.#text, asks);
      this.#host.fail(error as Error);
    }
  }

  /** After a preset was chosen, too: it has the widths of other data. */
  #fit(): void {
    if (!this.#chosen) fitWidths(undefined);
    else if (this.#facts) {
      fitWidths(this.#facts);
      fitBatch(this.#facts);
    }
  }

  /** Whether the form asks for own data. */
  chosen(isOwn: boolean): void {
    this.#chosen = isOwn;
    this.#fit();
    this.#draw();
  }

  /** Takes files that were chosen or dropped. */
  take(files: readonly NamedFile[]): Promise<void> {
    return this.#inTurn(() => this.#take(files));
  }

  async #take(files: readonly NamedFile[]): Promise<void> {
    put(this.#text, () => say('Reading…'));
    let after = asks;
    try {
      const [table] = files.filter(({ name }) => TABLE.test(name));
      const images = files.filter(({ name }) => IMAGE.test(name));
      const zip = files.find(({ name }) => ZIP.test(name));
      if (table) await this.#table(table);
      else if (zip) this.#show(await this.#images.read(zip.name, { [zip.name]: zip.file }));
      else if (2 * images.length > files.length) {
        const found = await this.#images.folders(files);
        if (typeof found === 'function') after = found;
        else this.#show(found);
      } else after = await this.#idx(files);
      this.#host.taken();
      const rest = files.filter((file) => file !== (table ?? zip));
      if ((table || zip) && rest.length > 0) {
        this.#host.fail(refusal(rest.map(({ name }) => [name, say('one file at a time')])));
      }
    } catch (error) {
      this.#host.fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      put(this.#text, after);
    }
  }

  async #table({ name, file }: NamedFile): Promise<void> {
    const { openTable } = await import('./table-dialog.ts');
    const open = async (): Promise<void> => {
      const facts = await openTable(this.#ask, name, file);
      if (facts) this.#use(facts, () => void this.#inTurn(open).catch(this.#host.fail));
    };
    await open();
  }

  /** Uses images of folders or of a zip. */
  #show(images: MadeImages): void {
    this.#use(images.facts);
    this.#remember(images);
  }

  /** Notes how images of folders or of a zip were made. */
  #remember({ making, again }: MadeImages): void {
    const remake = async (): Promise<void> => {
      const images = await again();
      this.#have(images.facts);
      this.#remember(images);
    };
    this.#made = { making, again: remake };
  }

  async #idx(files: readonly NamedFile[]): Promise<() => string> {
    const found = await this.#ask('takeFiles', filesByName(files));
    const { facts, odd } = found;
    if (facts) this.#use(facts);
    // Said after what was read, which hides older messages.
    if (odd.length > 0) setTimeout(() => this.#host.fail(refusal(odd)));
    return facts || found.have === 0 ? asks : () => stillMissing(found);
  }

  /** Takes frames of a camera. */
  async camera(): Promise<void> {
    try {
      const { CameraCard } = await import('./camera-card.ts');
      const { side } = chosenMaking();
      if (this.#camera?.side !== side) {
        this.#camera?.close();
        let remade = false;
        const card = new CameraCard(
          {
            ...{ ...this.#host, ask: this.#ask, colour: () => chosenMaking().colour },
            used: (facts, making) => {
              if (remade) this.#have(facts);
              else this.#use(facts);
              const again = async () => {
                // Its frames have one size.
                if (chosenMaking().side !== making.side) return;
                remade = true;
                await card.use().finally(() => {
                  remade = false;
                });
              };
              this.#made = { making, again };
            },
          },
          side,
        );
        this.#camera = card;
      }
      await this.#camera.open();
      this.#host.taken();
    } catch (error) {
      this.#host.fail(error as Error);
    }
  }

  /** Learns from data that were given. */
  #use(facts: OwnFacts, again?: () => void): void {
    this.#facts = facts;
    this.#again = again;
    this.#made = undefined;
    // The form leaves out what does not go with a table.
    const isNumber = facts.of === 'rows' && facts.classes.length === 0;
    Object.assign(byId('settings').dataset, { own: facts.of, number: isNumber ? 'yes' : 'no' });
    useOwn(facts);
    this.#chosen = facts.name !== 'Fashion-MNIST';
    this.#have(facts);
  }

  /** Has data from now on. What the form learns from stays: it may be other data by now. */
  #have(facts: OwnFacts): void {
    this.#facts = facts;
    this.#fit();
    ownGiven();
    // Settings that stay the same may make another network, or none, of other data.
    byId('settings').dispatchEvent(new Event('change'));
    this.#draw();
  }

  #draw(): void {
    const facts = this.#facts;
    const fashion = facts?.name === 'Fashion-MNIST';
    this.#place.hidden = !this.#chosen && !fashion;
    if (facts) {
      const change = this.#again
        ? [make('button', { type: 'button', class: 'small', click: this.#again }, say('Change'))]
        : [];
      this.#place.replaceChildren(...ownSummary(facts), ...change);
    } else {
      this.#place.replaceChildren(
        make(
          'p',
          {},
          say(
            'These settings learn from data of your own, and there are none here: they are kept in memory only, until the page is closed. Give them again.',
          ),
        ),
      );
    }
  }
}

function stillMissing({ have, missing }: GivenFiles): string {
  const words = missing.map((one) => {
    if (one.what === 'file') return one.name;
    if (one.what === 'test') return say('images and labels to test on');
    const values = { count: whole(one.count), file: one.of };
    return one.what === 'labels'
      ? say('the {count} labels of {file}', values)
      : say('the {count} images of {file}', values);
  });
  return say('{files}; still missing: {missing}', {
    files: counted(have, 'file'),
    missing: words.join(', '),
  });
}

function refusal(refused: readonly (readonly [string, string])[]): Error {
  return saidError('DataError', () => {
    const list = refused
      .slice(0, LISTED)
      .map(([name, kind]) => `${name.slice(0, 80)}: ${refusalText(name, kind)}`);
    if (refused.length > LISTED)
      list.push(say('and {count} more', { count: refused.length - LISTED }));
    return say(
      '{files} could not be used. {list}. The page takes tables (.csv, .tsv), images by class in folders or a zip, IDX files, weights (.safetensors), and runs that it saved (.json)',
      { files: counted(refused.length, 'file'), list: list.join('; ') },
    );
  });
}
