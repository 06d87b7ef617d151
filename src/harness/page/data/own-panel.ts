import type { OwnFacts } from '../../worker/own-facts.ts';
import { ofFile } from '../alert.ts';
import { byId } from '../dom.ts';
import type { Remote } from '../remote.ts';
import { onLanguage, put, say } from '../words/words.ts';
import { asks } from './asked-files.ts';
import { filesByName, type NamedFile } from './given-files.ts';
import { givenOf } from './given-kind.ts';
import { refusal, stillMissing } from './given-words.ts';
import { ImageFiles, type MadeImages } from './image-files.ts';
import { inTurn } from './in-turn.ts';
import { type Made, makeAgain } from './made-images.ts';
import { type AskOwn, askOwn } from './own-calls.ts';
import { OwnCamera } from './own-camera.ts';
import { ownGiven } from './own-round.ts';
import { fitBatch, fitWidths, isOwnChosen, useOwn } from './own-settings.ts';
import { noneGiven, ownSummary } from './own-summary.ts';
import { nameOf } from './refused-file.ts';

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

/** The visitor's own data: takes files and frames, keeps the form in step with them, and says what they are. */
export class OwnPanel {
  readonly #host: OwnHost;
  readonly #ask: AskOwn;
  readonly #text = byId('drop-data-text');
  readonly #place = byId('own-data');
  readonly #images: ImageFiles;
  #facts: OwnFacts | undefined;
  /** How its images were made; undefined of other data. */
  #made: Made | undefined;
  #chosen = false;
  /** Files that come while others are read wait for them. */
  readonly #inTurn = inTurn();
  readonly #camera: OwnCamera;
  /** Opens what chooses anew from the same data. */
  #again: (() => void) | undefined;

  constructor(host: OwnHost) {
    this.#host = host;
    this.#ask = askOwn(host.remote);
    this.#images = new ImageFiles(this.#ask, (text) => put(this.#text, text));
    this.#camera = new OwnCamera({
      ...{ ...host, ask: this.#ask },
      used: (facts, made) => {
        this.#use(facts);
        this.#made = made;
      },
      remade: (facts, made) => {
        this.#have(facts);
        this.#made = made;
      },
    });
    onLanguage(() => this.#draw());
    byId('settings').addEventListener('change', ({ target }) => {
      if (target instanceof HTMLSelectElement && target.name === 'model') this.#fit();
      // Settings that were loaded have the widths of the data that they were for.
      else if (target === byId('settings') && isOwnChosen() && this.#facts) fitWidths(this.#facts);
      this.#camera.recolour();
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

  /** Makes images again if the form wants others. */
  async #makeAgain(): Promise<void> {
    try {
      if (this.#made) await makeAgain(this.#made, this.#facts?.size?.[2] ?? 1);
    } catch (error) {
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
      const given = givenOf(files);
      if (given.kind === 'table') await this.#table(given.file);
      else if (given.kind === 'zip') {
        const { name, file } = given.file;
        this.#show(await this.#images.read(name, { [name]: file }));
      } else if (given.kind === 'images') {
        const found = await this.#images.folders(files);
        if (typeof found === 'function') after = found;
        else this.#show(found);
      } else after = await this.#idx(files);
      this.#host.taken();
      const rest = 'rest' in given ? given.rest : [];
      if (rest.length > 0) {
        this.#host.fail(refusal(rest.map(({ name }) => [name, say('one file at a time')])));
      }
    } catch (error) {
      this.#host.fail(ofFile(nameOf(files.map(({ name }) => name)), error));
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
    const isFashion = facts?.name === 'Fashion-MNIST';
    this.#place.hidden = !this.#chosen && !isFashion;
    this.#place.replaceChildren(...(facts ? ownSummary(facts, this.#again) : noneGiven()));
  }
}
