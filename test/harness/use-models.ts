/** Model files of the page's networks, with numbers as of trained ones, and what they compute. */
import { sizeOf } from '../../src/graph/tensor.ts';
import { readColumns } from '../../src/harness/own/columns.ts';
import { parseTable } from '../../src/harness/own/csv.ts';
import { prepareTable } from '../../src/harness/own/table.ts';
import { fileFacts } from '../../src/harness/tasks/file-facts.ts';
import { type Job, learningOf, openJob } from '../../src/harness/tasks/job.ts';
import { imageSettingsOf, settingsOf } from '../../src/harness/tasks/settings.ts';
import { saveModel } from '../../src/train/model-file/write.ts';
import { randomParameters } from '../onnx/parameters.ts';
import { expected } from '../onnx/runtime.ts';

/** Different pixels everywhere: an image that is turned or shifted has other outputs. */
export const pixelsOf = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => (i * i * 7 + i * 13) % 256);

/** Networks by what is special about them. */
export const QUERIES = {
  'Table I': 'model=2&loss=cross_entropy&normalize=0.286,0.353',
  'the paper’s text': 'model=1',
  autoencoder: 'model=autoencoder',
  convolutions: 'model=cnn',
  'residual blocks': 'model=resnet',
  'a perceptron, in colour': 'model=2&data=own&layers=972,16,10&colour=rgb',
  'an autoencoder, in colour': 'model=autoencoder&data=own&layers=972,8,972&colour=rgb',
  'convolutions, in colour': 'model=cnn&data=own&colour=rgb',
  'residual blocks, in colour': 'model=resnet&data=own&colour=rgb',
} as const;

/** The images that a query is for: in colour small ones, whose channels are not alike. */
export const imageOf = (query: string) =>
  query.includes('colour=rgb')
    ? { height: 18, width: 18, channels: 3 }
    : { height: 28, width: 28, channels: 1 };

/** Numbers of such an image, and its shape as programs have it. */
const sizesOf = (query: string): readonly number[] => {
  const { height, width, channels } = imageOf(query);
  return channels === 1 ? [height, width] : [height, width, channels];
};

const CLASSES = Array.from({ length: 10 }, (_, i) => `class ${i}`);

/** A model file, and the outputs for one image of {@link pixelsOf}: shares of classes where it is trained to give them. */
export async function modelOf(query: string) {
  const { model: make, target, loss, normalize } = imageSettingsOf(new URLSearchParams(query));
  const image = imageOf(query);
  const model = make(sizesOf(query));
  const parameters = randomParameters(model);
  const bytes = await saveModel({
    model,
    parameters,
    target,
    loss,
    ...{ image, normalize },
    ...(target === 'label' ? { classes: CLASSES } : {}),
    writer: '',
  });
  const [mean, deviation] = normalize ?? [0, 1];
  const pixels = pixelsOf(image.height * image.width * image.channels);
  const samples = Float32Array.from(pixels, (byte) => (byte / 255 - mean) / deviation);
  const raw = [...expected(model, parameters, samples)];
  const outputs = loss === 'cross_entropy' ? softmax(raw) : raw;
  return {
    bytes,
    raw,
    outputs,
    best: CLASSES[raw.indexOf(Math.max(...raw))],
    count: sizeOf(model.outputShape),
  };
}

function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((one) => Math.exp(one - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((one) => one / sum);
}

/** The largest difference, as a share of the largest output. */
export function distance(got: ArrayLike<number>, wanted: readonly number[]): number {
  if (got.length !== wanted.length) return Infinity;
  const most = Math.max(...wanted.map(Math.abs));
  return Math.max(...wanted.map((one, i) => Math.abs(one - got[i]))) / most;
}

/** A model file of a transformer of the page, the tokens of a text of its, and their logits: [length, tokens]. */
export async function textModelOf(query: string) {
  const settings = settingsOf(new URLSearchParams(`model=transformer&${query}`));
  if (settings.data !== 'text') throw new Error('the model learns from a text');
  const vocabulary = [...'\n"TÁabcd 𝛼'];
  const model = settings.model(vocabulary.length);
  const parameters = randomParameters(model);
  const bytes = await saveModel({ model, parameters, vocabulary, loss: settings.loss, writer: '' });
  const tokens = Float32Array.from(
    { length: settings.length },
    (_, i) => (i * i + 3 * i + 2) % vocabulary.length,
  );
  return { bytes, tokens, logits: [...expected(model, parameters, tokens)] };
}

/** A table with a text, missing values, names that need quotes, and two columns of one name. */
export const TABLE_CSV = `age,"the ""city""",age,__proto__,kind,price
31,Madrid,2001,1,old,120000
45,Paris,1999,2,new,180000
?,Rome,2010,4,new,95000
60,Paris,1987,3,old,210000
22,Madrid,2020,5,new,70000
38,Rome,2003,1,old,130000
51,,2005,7,old,150000
29,Madrid,2015,2,new,99000
`;

/** What is learned from the table. */
export const LEARNED = { class: 4, number: 5 } as const;

/** A run's job on the table. */
export function tableJob(learn: keyof typeof LEARNED): Promise<Job> {
  const read = readColumns(parseTable(TABLE_CSV), true);
  const wish = { target: LEARNED[learn], learn, from: [0, 1, 2, 3], missing: 'mean' } as const;
  const own = { data: 'table', table: prepareTable('prices', read, wish) } as const;
  const loss = learn === 'class' ? 'cross_entropy' : 'mse';
  const options = new URLSearchParams(
    `model=2&layers=6,8,2&data=own&loss=${loss}&batch-size=4&epochs=1&plan=plain&family=portable`,
  );
  return openJob(options, settingsOf(options), () => {}, { own });
}

/** A row of the table, as a program is given it, and its inputs as the network has them: it is not trained on. */
export const ROW = { age: 40, 'the "city"': 'Rome', 'age (2)': null, ['__proto__']: 6 } as const;

/** A model file of the table, as the page writes it, and the outputs for {@link ROW}: of a number in its unit. */
export async function tableModelOf(learn: keyof typeof LEARNED) {
  const job = await tableJob(learn);
  if (job.data !== 'table') throw new Error('the job is on a table');
  const { model, target } = learningOf(job);
  const parameters = randomParameters(model);
  const { loss } = job.settings;
  const { classes, columns, scale = { mean: 0, deviation: 1 } } = job.table;
  const facts = fileFacts(job, 3);
  const bytes = await saveModel({
    ...{ model, parameters, target, loss, ...facts },
    ...(classes ? { classes } : {}),
    writer: '',
  });
  const [age, , , last] = columns as readonly { mean: number; deviation: number }[];
  const samples = Float32Array.of(
    (40 - age.mean) / age.deviation,
    ...[0, 0, 1],
    0,
    (6 - last.mean) / last.deviation,
  );
  const raw = [...expected(model, parameters, samples)];
  return {
    bytes,
    samples,
    outputs: classes ? softmax(raw) : raw.map((one) => one * scale.deviation + scale.mean),
    best: classes?.[raw.indexOf(Math.max(...raw))],
  };
}
