import { type Spread, spreadOf } from '../../ensemble/spread.ts';
import type { LearnedNumber } from '../../harness/protocol.ts';
import type { ManyNetwork, ManyOutcome } from '../../harness/tasks/many.ts';
import { formatCount, formatLoss, formatSeconds, formatShare } from '../format.ts';
import { GrowingTable } from '../table.ts';
import { errorOf, formatInUnit, ofMeanText, unitName } from '../unit.ts';

/** What the columns of the options are called. */
const NAMES: Readonly<Record<string, string>> = { lr: 'rate', dropout: 'dropout' };

/** A single number has no deviation. */
const deviation = ({ count }: Spread, text: string): string => (count > 1 ? ` ± ${text}` : '');

/** Both have as many decimals, and the same power of ten. */
function lossSpread(of: Spread | null): string {
  if (of === null) return '–';
  const mean = formatLoss(of.mean);
  const [, decimals = '', power = ''] = /^-?\d+\.?(\d*)(e[-+]\d+)?$/.exec(mean) ?? [];
  const share = (of.deviation / Number(`1${power}`)).toFixed(decimals.length);
  return mean + deviation(of, share + power);
}

/** The errors of some networks in the number's unit. */
function errorSpread(
  networks: ManyOutcome['networks'],
  own: ManyOutcome['groups'][number]['own'],
  learned: LearnedNumber,
): string {
  const errors = networks
    .filter((one) => one.state !== 'diverged' && JSON.stringify(one.own) === JSON.stringify(own))
    .map(({ test }) => errorOf(test.loss, learned))
    .filter(Number.isFinite);
  if (errors.length === 0) return '–';
  const spread = spreadOf(errors);
  return formatInUnit(spread.mean) + deviation(spread, formatInUnit(spread.deviation));
}

const shareSpread = (of: Spread | null): string =>
  of === null ? '–' : formatShare(of.mean) + deviation(of, (100 * of.deviation).toFixed(1));

/**
 * The lines that `gradweave train` ends with if it has trained several networks.
 *
 * @param learned what is learned, if it is a number
 * @param ofMean its error if always the mean is said. Default not known
 */
export function manySummary(
  {
    title,
    loss,
    groups,
    networks,
    epochs,
    seconds,
    samplesPerSecond,
  }: Omit<ManyOutcome, 'dispatchesPerStep'>,
  columns: number,
  learned?: LearnedNumber,
  ofMean?: number,
): string[] {
  const table = new GrowingTable(columns, 'plain');
  const classes = groups.some(({ accuracy }) => accuracy !== null);
  const lines = groups.flatMap(({ own, networks: count, diverged, loss: losses, accuracy }) => {
    const { header, lines: rows } = table.add({
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [NAMES[name], value])),
      networks: diverged > 0 ? `${count}, ${diverged} diverged` : String(count),
      ...(learned
        ? { [`test error (${unitName(learned)})`]: errorSpread(networks, own, learned) }
        : { 'test loss': lossSpread(losses) }),
      ...(classes ? { accuracy: shareSpread(accuracy) } : {}),
      ...(classes ? { best: accuracy === null ? '–' : formatShare(accuracy.most) } : {}),
    });
    return [...(header === undefined ? [] : [header]), ...rows];
  });
  return [
    '',
    `${title}: means and standard deviations of ${networks.length} networks (${learned ? `root mean squares, in ${unitName(learned)}${ofMeanText(ofMean)}` : loss})`,
    ...lines,
    ...endLines(networks),
    `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} in ${formatSeconds(seconds)}, ${formatSeconds(seconds / networks.length)} for each network, ${formatCount(samplesPerSecond)} samples/s`,
  ];
}

/** How networks ended, and which weights they have, if neither goes without saying. */
function endLines(networks: readonly ManyNetwork[]): string[] {
  const early = networks.filter(({ state }) => state === 'stopped').length;
  const kept = networks.some((network) => network.kept !== undefined);
  return [
    ...(early > 0
      ? [`${early} of ${networks.length} ended early: their test loss fell no more.`]
      : []),
    ...(kept ? ['Each has the weights of its epoch with the lowest test loss.'] : []),
  ];
}
