import type { AdapterInfo } from '../gpu/adapter-info.ts';
import type { LearnedNumber, TaskEvent } from '../harness/protocol.ts';
import type { Metrics } from '../train/history.ts';
import { adapterName } from './adapter.ts';
import { formatError, TINY, unitName } from './unit.ts';
import { wrap } from './wrap.ts';

type Progress = Extract<TaskEvent, { type: 'progress' }>;
type Epoch = Extract<TaskEvent, { type: 'epoch' }>;
type Dataset = Extract<TaskEvent, { type: 'dataset' }>;

/** A loss with four significant decimals: `0.1235`, `0.001235`, `7.629e-6`. NaN and infinities come from the page as null. */
export function formatLoss(loss: number | null): string {
  if (loss === null || !Number.isFinite(loss)) return 'NaN';
  if (Math.abs(loss) < TINY && loss !== 0) return loss.toExponential(3);
  return Math.abs(loss) < 0.01 && loss !== 0 ? loss.toPrecision(4) : loss.toFixed(4);
}

/** A share as a percentage; a dash if there are no classes. */
export function formatShare(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)}%`;
}

/** Seconds in readable form: `0.42 s`, `12.3 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const pad = (n: number) => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** `24,310`; the same in every locale. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? Math.round(count).toLocaleString('en-US') : '–';
}

/** `Adapter  SwiftShader (software), google swiftshader`. */
export function adapterLine(facts: AdapterInfo): string {
  const name = adapterName(facts);
  const details = [facts.vendor, facts.architecture].filter((text) => text !== '').join(' ');
  const more = details !== '' && details !== name ? `, ${details}` : '';
  return `Adapter  ${name}${facts.software ? ' (software)' : ''}${more}`;
}

/** `Data     Fashion-MNIST, 60,000 images to train, 10,000 to test`. */
export function datasetLine(dataset: Dataset): string {
  const { name, of = 'images', train, test } = dataset;
  return `Data     ${name}, ${formatCount(train)} ${of} to train, ${formatCount(test)} to test`;
}

/** What a network wrote, as indented lines without control characters. */
export function writtenLines(text: string): string[] {
  const lines = text.replaceAll('\r', '').replaceAll('\t', '  ').trim().split('\n');
  return lines.map((line) => `  ${line.replace(/\p{Cc}/gu, '·')}`.trimEnd());
}

/** A box that is hard to overlook, at most as wide as given. */
export function loudBox(text: readonly string[], most: number): string[] {
  const lines = text.flatMap((line) => wrap(line, most - 6));
  const width = Math.max(...lines.map((line) => line.length));
  const edge = '!'.repeat(width + 6);
  return [edge, ...lines.map((line) => `!! ${line.padEnd(width)} !!`), edge];
}

/**
 * The line that is overwritten while training. Its least important parts are left out to fit.
 *
 * @param number what is learned, if it is a number
 */
export function progressLine(event: Progress, columns: number, number?: LearnedNumber): string {
  const { title, epoch, epochs, step, steps, loss, accuracy } = event;
  // Before the first measurement there is none.
  const { samplesPerSecond } = event;
  const speed = samplesPerSecond > 0 ? `${formatCount(samplesPerSecond)} samples/s` : '';
  const stepText = `step ${String(step).padStart(String(steps).length)}/${steps}`;
  const accuracyText = accuracy === null ? '' : `train accuracy ${formatShare(accuracy)}`;
  const parts = [
    title,
    `epoch ${epoch}/${epochs}`,
    stepText,
    loss === null
      ? ''
      : number
        ? `train error ${formatError(loss, number)} ${unitName(number)}`
        : `train loss ${formatLoss(loss)}`,
    accuracyText,
    speed,
    `${formatSeconds(event.secondsLeft)} left`,
  ];
  // The last column stays free: some terminals start a new line once it is filled.
  const width = Math.max(0, columns - 1);
  const less = [stepText, speed];
  const drops = [[], [stepText], less, [...less, accuracyText], [...less, accuracyText, title]];
  for (const dropped of drops) {
    const line = parts.filter((part) => part !== '' && !dropped.includes(part)).join('  ');
    if (line.length <= width) return line;
  }
  return parts.join('  ').slice(0, width);
}

/** A download's bar: `Downloading  ██████░░░░  61%  18.9 of 30.9 MB`. */
export function downloadLine(received: number, total: number, columns: number): string {
  const share = total > 0 ? Math.min(1, received / total) : 0;
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const percent = `${Math.floor(100 * share)}%`.padStart(4);
  const end = `${percent}  ${megabytes(received)} of ${megabytes(total)} MB`;
  const width = Math.max(0, Math.min(40, columns - 'Downloading    '.length - end.length - 1));
  const full = Math.round(share * width);
  return `Downloading  ${'█'.repeat(full)}${'░'.repeat(width - full)} ${end}`;
}

/** From this width on, the epochs' columns have their full names. */
const WIDE = 72;

/**
 * One epoch as cells of a table, for a terminal of so many columns.
 *
 * @param number what is learned, if it is a number: then losses are shown as errors in its unit
 */
export function epochCells(
  { record, epochs }: Epoch,
  columns: number,
  number?: LearnedNumber,
): Record<string, string> {
  const { epoch, train, test, seconds } = record;
  const accuracy = columns < WIDE ? 'acc.' : 'accuracy';
  const share = (metrics: Metrics | undefined): string => formatShare(metrics?.accuracy ?? null);
  const classes = train.accuracy !== null;
  if (number) {
    return {
      epoch: `${epoch}/${epochs}`,
      [`train error (${unitName(number)})`]: formatError(train.loss, number),
      [`test error (${unitName(number)})`]:
        test === undefined ? '–' : formatError(test.loss, number),
      seconds: seconds.toFixed(2),
    };
  }
  return {
    epoch: `${epoch}/${epochs}`,
    'train loss': formatLoss(train.loss),
    ...(classes ? { [`train ${accuracy}`]: share(train) } : {}),
    'test loss': test === undefined ? '–' : formatLoss(test.loss),
    ...(classes ? { [`test ${accuracy}`]: share(test) } : {}),
    seconds: seconds.toFixed(2),
  };
}
