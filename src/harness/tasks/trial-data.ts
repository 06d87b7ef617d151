import type { ImageDataset } from '../../data/dataset.ts';
import { DataError, OptionError } from '../../errors.ts';
import { hashOfImages, hashOfText } from '../../trial/data-hash.ts';
import { pageOptionsOf } from '../../trial/page-options.ts';
import type { TrialData, TrialSpec } from '../../trial/spec.ts';
import { BUILT_IN_TEXT } from './built-in-text.ts';
import { fetchBytes, openDataset } from './data.ts';
import type { ImageJob } from './image-job.ts';
import type { Job } from './job.ts';
import { type Settings, settingsOf } from './settings.ts';
import type { Emit } from './task.ts';
import { decodeText, type GivenText, sayText, type TextJob, textJob } from './text.ts';
import type { TextSettings } from './text-settings.ts';

/** Where the data of trials come from; each is called when it is first needed. */
export interface TrialSources {
  /** All images of `data.kind: 'files'`, before `train-limit`. Default: the files that the address names. */
  readonly images?: () => Promise<ImageDataset>;
  /** The text of `data.kind: 'text'`. Default: the one that the address names, else the built-in one. */
  readonly text?: () => Promise<GivenText>;
}

/** The settings of a trial. @throws OptionError if its network, an option or a value is not allowed */
export function trialSettings(spec: TrialSpec, prefix = ''): Settings {
  const settings = settingsOf(pageOptionsOf(spec), prefix);
  const isText = spec.data.kind === 'text';
  if (settings.data === 'images' && !isText) return settings;
  // Nobody would see what the network writes.
  if (settings.data === 'text' && isText) {
    return { ...settings, writing: { ...settings.writing, count: 0, each: false } };
  }
  throw new OptionError(
    `the trial's data.kind ${spec.data.kind} was given; ${settings.title} learns from ${settings.data === 'text' ? "'text'" : "'files' or 'built-in'"}`,
  );
}

/** The data of trials one after another: opened and hashed once for those that have the same. */
export class TrialDatasets {
  readonly #options: URLSearchParams;
  readonly #sources: TrialSources;
  #files: Promise<ImageDataset> | undefined;
  #text: Promise<GivenText> | undefined;
  #last:
    | { readonly key: string; readonly dataset: ImageDataset; readonly sha256: string }
    | undefined;

  /** @param options the page's: which files lie next to it (`data-files`, `text`, `text-name`) */
  constructor(options: URLSearchParams, sources: TrialSources = {}) {
    this.#options = options;
    this.#sources = sources;
  }

  /**
   * The data and settings of a trial.
   *
   * @throws DataError if the data have another hash; OptionError as {@link trialSettings}
   */
  async open(spec: TrialSpec, emit: Emit): Promise<Job> {
    const settings = trialSettings(spec);
    return settings.data === 'text'
      ? this.#openText(spec.data, settings, emit)
      : { ...(await this.#openImages(spec, emit)), settings };
  }

  /** The hash of a trial's data as it is now, whatever its specification says. */
  async hash(spec: TrialSpec, emit: Emit = () => {}): Promise<string> {
    if (spec.data.kind === 'text') return hashOfText((await this.#givenText()).text);
    return (await this.#dataset(spec, emit)).sha256;
  }

  async #openImages(spec: TrialSpec, emit: Emit): Promise<Omit<ImageJob, 'settings'>> {
    const { dataset, sha256 } = await this.#dataset(spec, emit);
    checkDataHash(spec.data, sha256, dataset.name);
    return { data: 'images', dataset };
  }

  async #dataset(
    { data, options }: TrialSpec,
    emit: Emit,
  ): Promise<{ readonly dataset: ImageDataset; readonly sha256: string }> {
    const limit = options['train-limit'];
    const key = `${data.kind} ${limit ?? ''}`;
    if (this.#last?.key === key) {
      const { name, synthetic, train, test } = this.#last.dataset;
      emit({ type: 'dataset', name, synthetic, train: train.count, test: test.count });
      return this.#last;
    }
    const files = data.kind === 'files' ? await this.#allFiles() : undefined;
    const query = new URLSearchParams({ data: files ? 'auto' : 'built-in' });
    if (limit !== undefined) query.set('train-limit', String(limit));
    const dataset = await openDataset(query, emit, files);
    this.#last = { key, dataset, sha256: await hashOfImages(dataset) };
    return this.#last;
  }

  #allFiles(): Promise<ImageDataset> {
    const { images } = this.#sources;
    const named = new URLSearchParams({
      data: 'files',
      'data-files': this.#options.get('data-files') ?? '',
    });
    this.#files ??= images ? images() : openDataset(named, () => {});
    return this.#files.catch((error: unknown) => {
      this.#files = undefined;
      throw error;
    });
  }

  async #openText(data: TrialData, settings: TextSettings, emit: Emit): Promise<TextJob> {
    const given = await this.#givenText();
    checkDataHash(data, await hashOfText(given.text), given.name);
    const job = textJob(settings, given);
    sayText(job, emit);
    return job;
  }

  #givenText(): Promise<GivenText> {
    const { text } = this.#sources;
    this.#text ??= text ? text() : this.#servedText();
    return this.#text.catch((error: unknown) => {
      this.#text = undefined;
      throw error;
    });
  }

  async #servedText(): Promise<GivenText> {
    if (this.#options.get('text') !== 'served') return BUILT_IN_TEXT;
    const name = this.#options.get('text-name') ?? 'text';
    return { name, text: decodeText(await fetchBytes('data/text.txt'), name) };
  }
}

/** @throws DataError if data have another hash than a trial says */
export function checkDataHash({ kind, sha256 }: TrialData, found: string, name: string): void {
  if (found === sha256) return;
  const advice = {
    files: 'Give the folder of the files that the trial was made with: --data DIR',
    'built-in': 'They differ between versions; make the trial again',
    text: 'Give the text that the trial was made with: --text FILE',
  }[kind];
  throw new DataError(
    `the data (${name}) have the hash ${found}; the trial is of data with ${sha256}. ${advice}`,
  );
}
