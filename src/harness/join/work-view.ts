import type { EpochRecord } from '../../train/history.ts';
import { byId, make } from '../page/dom.ts';
import { showFacts } from '../page/facts.ts';
import { bytes, duration, fixed, loss, percent, whole } from '../page/numbers.ts';
import { say } from '../page/words/words.ts';
import type { TaskEvent } from '../protocol.ts';
import type { WorkerNews } from '../tasks/worker/news.ts';
import { countsText, endText, newsText, shortId } from '../tasks/worker/news-text.ts';
import { Curve } from './curve.ts';
import { showGpu } from './gpu-fact.ts';

/** Ends of trials that are listed. */
const MOST_ENDS = 20;

const SPEECH = { say, percent, fixed };

type Progress = Extract<TaskEvent, { type: 'progress' }>;
type News<Kind extends WorkerNews['kind']> = Extract<WorkerNews, { kind: Kind }>;

/** Shows what a page does for a sweep. */
export class WorkView {
  readonly #curve = new Curve();
  readonly #began = performance.now();
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Whether the GPU's name is shown. */
  #isFound = false;

  constructor() {
    byId('join-figure').querySelector('svg')?.remove();
    byId('join-figure').append(this.#curve.element);
  }

  /** Shows the work in the place of the question. */
  begin(): void {
    showGpu('looking');
    byId('join-form').hidden = true;
    byId('join-work').hidden = false;
    byId('join-stop', HTMLButtonElement).disabled = false;
    byId('join-stop').focus();
    this.#timer = setInterval(() => this.#tick(), 1000);
  }

  /** @param stays whether the last words stay; else the question is shown again, and an error above it */
  end(stays: boolean): void {
    clearInterval(this.#timer);
    this.#tick();
    if (!this.#isFound) showGpu('unused');
    byId('join-stop', HTMLButtonElement).disabled = true;
    byId('join-progress', HTMLProgressElement).value = 0;
    byId('join-form').hidden = false;
    if (!stays) byId('join-status').textContent = say('Ended by an error.');
  }

  say(text: string): void {
    byId('join-status').textContent = text;
  }

  event(event: TaskEvent): void {
    showFacts(event);
    this.#isFound ||= event.type === 'adapter';
    if (event.type === 'progress') this.#progress(event);
    if (event.type === 'note') this.say(event.text);
    if (event.type === 'epoch') this.#epoch(event.record);
    if (event.type === 'worker') this.#news(event.news);
  }

  #progress({ epoch, epochs, step, steps, recent, samplesPerSecond, gpuBytes }: Progress): void {
    const done = epoch - 1 + step / steps;
    byId('join-progress', HTMLProgressElement).value = done / epochs;
    byId('join-epoch').textContent = say('{epoch} of {epochs}', { epoch, epochs });
    byId('join-speed').textContent = whole(samplesPerSecond);
    byId('join-memory').textContent = bytes(gpuBytes);
    if (recent === null || !Number.isFinite(recent.loss)) return;
    byId('join-loss').textContent = loss(recent.loss);
    this.#curve.add({ at: done, loss: recent.loss });
  }

  #epoch({ epoch, train, test }: EpochRecord): void {
    byId('join-test').textContent = percent(test?.accuracy);
    if (Number.isFinite(train.loss)) this.#curve.add({ at: epoch, loss: train.loss });
  }

  #news(news: WorkerNews): void {
    if (news.kind === 'began') this.#start(news);
    else if (news.kind === 'ended') this.#finish(news);
    else if (news.kind === 'server' && news.state === 'back') this.say(say('Training.'));
    else this.say(newsText(news, SPEECH));
  }

  #start({ id, title, values, epochs, epoch, resumed }: News<'began'>): void {
    this.say(say('Training.'));
    this.#curve.clear(epochs);
    byId('join-trial').textContent = shortId(id);
    byId('join-epoch').textContent = say('{epoch} of {epochs}', {
      epoch: Math.min(epoch + 1, epochs),
      epochs,
    });
    for (const part of ['loss', 'test']) byId(`join-${part}`).textContent = '–';
    const from = resumed
      ? ` ${say('It continues what another worker began, after epoch {epoch}.', { epoch })}`
      : '';
    byId('join-what').textContent = `${title}: ${values}.${from}`;
  }

  #finish(news: News<'ended'>): void {
    byId('join-done').textContent = String(news.counts.done + news.counts.pruned);
    byId('join-done').title = countsText(news.counts, SPEECH);
    const list = byId('join-trials');
    list.prepend(make('li', {}, `${shortId(news.id)}  ${endText(news, SPEECH)}`));
    while (list.children.length > MOST_ENDS) list.lastElementChild?.remove();
  }

  #tick(): void {
    byId('join-time').textContent = duration((performance.now() - this.#began) / 1000);
  }
}
