import type { ColourWish, Making } from '../../own/colours.ts';
import type { OwnFacts } from '../../worker/own-facts.ts';
import { byId, find, make } from '../dom.ts';
import { errorText } from '../error-words.ts';
import type { Remote } from '../remote.ts';
import { onLanguage, put, say } from '../words/words.ts';
import { type Camera, type CameraState, openCameraOf } from './camera.ts';
import { CameraAnswers } from './camera-answers.ts';
import { CameraClasses } from './camera-classes.ts';
import type { AskOwn } from './own-calls.ts';

/** Milliseconds between two predictions. */
const WATCH_MS = 250;
/** What the card asks of the page. */
export interface CameraHost {
  readonly remote: Remote;
  readonly ask: AskOwn;
  /** In which colours networks see frames. */
  colour(): ColourWish;
  /** Frames are the data of the next run. */
  used(facts: OwnFacts, making: Making): void;
  /** Whether a run goes on. */
  busy(): boolean;
  /** Starts one. */
  start(): void;
}

/** Frames of a camera by class, a button that trains on them, and what the network then says of what the camera sees. */
export class CameraCard {
  /** Rows and columns of frames. */
  readonly side: number;
  readonly #host: CameraHost;
  readonly #element: HTMLElement;
  readonly #train: HTMLButtonElement;
  readonly #help = make('p', { class: 'help', role: 'status' });
  readonly #answers: CameraAnswers;
  readonly #classes: CameraClasses;
  #camera: Camera | undefined;
  #state: CameraState = 'on';
  #grey: boolean;
  /** Opening it, or open; settles once it is. */
  #opened: Promise<void> | undefined;
  /** Counts openings: one that is not wanted any more frees its camera. */
  #turn = 0;
  #watching: ReturnType<typeof setInterval> | undefined;

  constructor(host: CameraHost, side: number) {
    this.side = side;
    this.#host = host;
    this.#grey = host.colour() === 'grey';
    this.#answers = new CameraAnswers(host.remote);
    this.#classes = new CameraClasses(
      () => this.#camera?.frame(),
      () => this.#grey,
      () => this.#tell(),
    );
    const title = make('h2', { tabindex: '-1' });
    const add = make('button', { type: 'button', click: () => this.#classes.add().focus() });
    const close = make('button', { type: 'button', click: () => this.close() });
    this.#train = make('button', {
      type: 'button',
      class: 'primary',
      click: () => void this.#learn(),
    });
    put(title, () => say('Learn from the camera'));
    put(add, () => say('Add a class'));
    put(close, () => say('Close the camera'));
    put(this.#train, () => say('Train on these frames'));
    const what = make('p', { class: 'help' });
    put(what, () =>
      say(
        'Name each class, hold its button (or the space bar on it) while you show it, then train. Frames are {side} × {side}, in colour or grey as chosen under Data. They stay in this tab, and are not sent anywhere.',
        { side },
      ),
    );
    const video = make('video', { playsinline: true, muted: true });
    video.muted = true;
    this.#element = make(
      'section',
      { class: 'card camera', id: 'camera' },
      title,
      what,
      make(
        'div',
        { class: 'camera-body' },
        make('div', { class: 'camera-sees' }, video, this.#answers.element),
        make(
          'div',
          {},
          this.#classes.element,
          make('div', { class: 'actions' }, this.#train, add, close),
          this.#help,
        ),
      ),
    );
    const speak = (): void => {
      this.#element.setAttribute('aria-label', say('Learn from the camera'));
      video.setAttribute('aria-label', say('What the camera sees'));
    };
    onLanguage(speak);
    speak();
    for (let i = 0; i < 2; i++) this.#classes.add();
  }

  /** @throws Error if there is no camera, with what to do */
  async open(): Promise<void> {
    this.#opened ??= this.#open();
    const mine = this.#opened;
    try {
      await mine;
    } catch (error) {
      if (this.#opened === mine) this.#opened = undefined;
      throw error;
    }
    this.#element.scrollIntoView({ block: 'nearest' });
  }

  async #open(): Promise<void> {
    const video = find<HTMLVideoElement>(this.#element, 'video');
    const turn = ++this.#turn;
    const camera = await openCameraOf(video, this.side, (state) => this.#changed(state));
    if (turn !== this.#turn) return camera.stop();
    this.#camera = camera;
    this.#state = 'on';
    find(document, '.work .controls').after(this.#element);
    find(this.#element, 'h2').focus();
    this.#tell();
    clearInterval(this.#watching);
    this.#watching = setInterval(() => void this.#watch(), WATCH_MS);
  }

  /** Frees a camera; one that is being opened, as soon as it is open. */
  close(): void {
    this.#off();
    this.#element.remove();
    byId('data-camera').focus();
  }

  #off(): void {
    this.#turn++;
    clearInterval(this.#watching);
    this.#classes.stop();
    this.#camera?.stop();
    this.#camera = undefined;
    this.#opened = undefined;
    this.#answers.clear();
  }

  /** Frames that were taken stay. */
  #changed(state: CameraState): void {
    this.#state = state;
    if (state === 'gone') this.#off();
    this.#tell();
  }

  /** Says what is still needed. */
  #tell(): void {
    const problem = (): string => this.#classes.problem();
    put(this.#help, () => this.#trouble() || problem());
    this.#train.disabled = problem() !== '';
  }

  /** Why there is no picture. */
  #trouble(): string {
    if (this.#state === 'on') return '';
    return this.#state === 'gone'
      ? say(
          'The camera was taken away. The frames are still here: train on them, or press Camera to go on.',
        )
      : say('The camera sends no picture at the moment.');
  }

  async #learn(): Promise<void> {
    if (this.#host.busy()) {
      put(this.#help, () => say('A run goes on. Stop it, then train on these frames.'));
      return;
    }
    try {
      const { facts, making } = await this.make();
      this.#host.used(facts, making);
      const { name, classes, size } = facts;
      const names = classes.map((one) => one.name);
      this.#answers.of({ name, classes: names, channels: size?.[2] ?? 1 });
      this.#tell();
      this.#host.start();
    } catch (error) {
      put(this.#help, () => errorText(error));
    }
  }

  /** Makes data of the frames, as the form says. */
  async make(): Promise<{ readonly facts: OwnFacts; readonly making: Making }> {
    const making = { side: this.side, colour: this.#host.colour() };
    const { frames } = this.#classes;
    return { facts: await this.#host.ask('useFrames', say('camera'), making, frames), making };
  }

  /** Shows the frames as networks see them now, if that has changed. */
  recolour(): void {
    const isGrey = this.#host.colour() === 'grey';
    if (isGrey === this.#grey) return;
    this.#grey = isGrey;
    this.#classes.recolour();
  }

  /** Says what the network makes of what the camera sees. */
  async #watch(): Promise<void> {
    const camera = this.#camera;
    if (!camera || document.hidden || byId('panel-train').hidden) return;
    await this.#answers.ask(camera.frame(), () => camera === this.#camera);
  }
}
