import { BUILT_IN, builtInGarments } from '../../data/garments.ts';
import { fetchBytes, listedFiles } from '../tasks/data.ts';
import { openIdx } from '../tasks/idx-part.ts';
import { OWN_DATA } from '../tasks/image-files.ts';
import { type Job, samplesOf } from '../tasks/job.ts';
import { KNOWN_SETS } from '../tasks/known-sets.ts';

/** A few images of the data that a run would use. */
export interface SampleImages {
  /** The data set's name. */
  readonly name: string;
  readonly synthetic: boolean;
  /** [count, height, width, channels] bytes, row by row; 0 is black. None of a table. */
  readonly images: Uint8Array;
  readonly size: { readonly height: number; readonly width: number; readonly channels: number };
  /** Names of their classes; empty if they are not known. */
  readonly labels: readonly string[];
  /** Names of all classes; empty if they are not known. */
  readonly classes: readonly string[];
  /** What a perceptron has on the visitor's own data, from their pixels or columns to their outputs. */
  readonly widths?: readonly number[];
  /** Whether they are rows of a table. */
  readonly rows?: true;
  /** Of a table: the column that is learned. */
  readonly column?: string;
  /** Whether they are pieces of a text. */
  readonly text?: true;
  /** Samples of an epoch; undefined if that is not known before the training images are there. */
  readonly training?: number;
}

const COUNT = 20;
const SIZE = 28 * 28;
const GREY = { height: 28, width: 28, channels: 1 } as const;
const NONE = { images: new Uint8Array(), size: GREY, labels: [] };

/** The first test images next to the page: the training images are much larger, and not fetched before a run. */
async function nextToPage(): Promise<SampleImages | undefined> {
  const names = (await listedFiles()).filter((name) => /^(t10k|test)/.test(name));
  const parts = await Promise.all(
    names.map(async (name) => openIdx(name, await fetchBytes(`data/${encodeURIComponent(name)}`))),
  );
  const idx = parts.flatMap((part) => (typeof part === 'string' ? [] : [part]));
  const images = idx.find(({ dims }) => dims.length === 3 && dims[1] === 28 && dims[2] === 28);
  if (!images) return undefined;
  const labels = idx.find(({ dims }) => dims.length === 1 && dims[0] === images.dims[0]);
  const { sha256, gzSha256 } = images.sums;
  const known = KNOWN_SETS.find(({ transposed, files: [, , own] }) => {
    const same = own.sha256 === sha256 || (gzSha256 !== undefined && own.gzSha256 === gzSha256);
    return same && !transposed;
  });
  const count = Math.min(COUNT, images.dims[0]);
  const first = [...(labels?.bytes.subarray(8, 8 + count) ?? [])];
  const classes = known?.classes ?? [];
  return {
    name: known?.name ?? OWN_DATA,
    synthetic: false,
    classes,
    size: GREY,
    images: images.bytes.slice(16, 16 + count * SIZE),
    labels: first.map((label) => classes[label - (known?.firstLabel ?? 0)] ?? ''),
    // MNIST and its kin: six training images for each test image.
    ...(known && images.dims[0] === 10_000 ? { training: 60_000 } : {}),
  };
}

/** Images of the files next to the page, if the run may use them; else of the built-in set. @param data as in the address */
export async function sampleImages(data: string): Promise<SampleImages> {
  const found = data === 'built-in' ? undefined : await nextToPage().catch(() => undefined);
  if (found) return found;
  const { name, synthetic, classes, test } = builtInGarments({ train: 1, test: COUNT });
  const labels = [...test.labels].map((label) => classes[label]);
  const { images } = test;
  return { name, synthetic, classes, size: GREY, images, labels, training: BUILT_IN.train };
}

/** What a job learns from: its first test images; of a table and of a text none. */
export function samplesFor(job: Job): SampleImages {
  if (job.data === 'text') {
    const { name } = job;
    return { ...NONE, name, synthetic: false, classes: [], text: true, training: samplesOf(job) };
  }
  const { widths } = job.settings;
  const known = { synthetic: false, training: samplesOf(job), ...(widths ? { widths } : {}) };
  if (job.data === 'table') {
    const { name, classes = [] } = job.table;
    return { ...known, ...NONE, name, classes, rows: true, column: job.table.target };
  }
  const { name, classes, test } = job.dataset;
  const { height, width, channels = 1 } = test;
  const count = Math.min(COUNT, test.count);
  return {
    ...{ ...known, name, classes, size: { height, width, channels } },
    images: test.images.slice(0, count * height * width * channels),
    labels: [...test.labels.subarray(0, count)].map((label) => classes[label] ?? ''),
  };
}
