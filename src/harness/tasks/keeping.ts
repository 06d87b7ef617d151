import { hostOf } from '../../bench/host.ts';
import { OptionError } from '../../errors.ts';
import { checkpointOf, restore } from '../../train/checkpoint.ts';
import { saveModel } from '../../train/model-file/write.ts';
import type { Trainer } from '../../train/trainer.ts';
import { readWeights } from '../../train/weights.ts';
import { toBase64 } from '../base64.ts';
import { photoTexts } from '../own/photos.ts';
import { checkSameImages, ofBegin } from './begin-check.ts';
import { fetchBytes } from './data.ts';
import { fileFacts } from './file-facts.ts';
import type { Job } from './job.ts';
import { Query } from './query.ts';

declare global {
  /** Asks the run of the page to stop at the end of a chunk of steps; defined while it can. */
  var gradweaveStop: (() => void) | undefined;
}

/** What the command keeps of a run, and what the run begins with. */
export interface Keeping {
  /** A checkpoint after so many epochs, at the end, and if the run is stopped. Absent: none. */
  readonly every?: number;
  /** Whether the trained network is kept as a model file. */
  readonly model: boolean;
  /** Whether the command serves a checkpoint to resume from, or weights to begin with. */
  readonly begin?: 'resume' | 'from';
  /** The page's options, which a checkpoint has as metadata: the command needs only the file to go on. */
  readonly options: Readonly<Record<string, string>>;
}

/** The metadata of a checkpoint that has the options of its run, as JSON. */
export const OPTIONS_NAME = 'train.options';

/** The option that has a hash of data of the user's own: a run resumes with the same ones. */
export const OWN_NAME = 'own';

/** Options of the address that are of the command and its files, and not of the run. */
const FILES = [
  'keep-every',
  'keep-model',
  'begin',
  'data',
  'data-files',
  'text',
  'text-name',
  'at-end',
  'log',
  'log-histograms',
];

/** What the address asks to be kept. @throws OptionError if a value is not allowed */
export function keepingOf(options: URLSearchParams): Keeping {
  const query = new Query(options, '');
  const begin = query.has('begin') ? query.choice('begin', ['resume', 'from'], 'from') : undefined;
  const own = [...options].filter(([name]) => !FILES.includes(name));
  return {
    ...(query.has('keep-every') ? { every: query.integer('keep-every', 1, 1, 100_000) } : {}),
    model: query.flag('keep-model'),
    ...(begin ? { begin } : {}),
    options: Object.fromEntries(own),
  };
}

/** The name of the file to begin with, among the files beside the page. */
export const BEGIN_FILE = 'begin.safetensors';

/** What a checkpoint has beside the weights. */
const NOT_WEIGHTS = ['epoch.*', 'optimizer.*'];

/** Resumes a run from the command's checkpoint, or begins with its weights. */
export async function begin(trainer: Trainer, { begin }: Keeping, job: Job): Promise<void> {
  if (begin === undefined) return;
  const bytes = await fetchBytes(`data/${BEGIN_FILE}`);
  if (begin === 'resume') return restore(trainer, bytes);
  // What is known of images before they are read, the command has checked.
  if (job.data === 'images') {
    const { height, width, channels = 1 } = job.dataset.train;
    const images = { height, width, channels, photos: job.photos !== undefined };
    checkSameImages(bytes, images, 'the file');
  }
  try {
    trainer.load(readWeights(bytes, trainer.options.model, { ignore: NOT_WEIGHTS }));
  } catch (error) {
    throw ofBegin(error, job.settings.title);
  }
}

/** Bytes of a message: a browser ends a page that sends hundreds of megabytes as one. */
const PART_BYTES = 2 ** 24;

/** Sends a file to the command. */
export async function store(what: 'checkpoint' | 'model', bytes: Uint8Array): Promise<void> {
  const host = hostOf();
  if (!host) throw new OptionError('nobody keeps files here; start the run from the command line');
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    const end = at + PART_BYTES;
    const base64 = toBase64(bytes.subarray(at, end));
    await host({ kind: 'store', what, base64, ...(end < bytes.length ? { more: true } : {}) });
  }
}

/** Sends a checkpoint to the command. */
export async function keepCheckpoint(trainer: Trainer, { options }: Keeping): Promise<void> {
  const metadata = { [OPTIONS_NAME]: JSON.stringify(options) };
  await store('checkpoint', await checkpointOf(trainer, metadata));
}

/** Sends the network to the command as a model file. */
export async function keepModel(trainer: Trainer, job: Job): Promise<void> {
  const more =
    job.data === 'text'
      ? { vocabulary: job.text.vocabulary }
      : job.data === 'table'
        ? fileFacts(job, trainer.step)
        : job.photos
          ? { metadata: photoTexts(job.photos) }
          : {};
  await store('model', await saveModel(trainer, more));
}
