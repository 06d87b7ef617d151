import { percent, plain, table } from '../../paper/format.ts';
import { plainText, sizesText } from '../products.ts';
import type { NetworkResult, SavedBench } from '../results.ts';
import { figures, shown } from '../text.ts';
import { stepTable } from './step-table.ts';

const OPTIMIZERS = { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW' } as const;

/** What a step of our own calls, in a sentence. */
function loopText({ loop, parameters, flop }: NetworkResult): string {
  const { counts, bytes, family, steps } = loop;
  const made = [
    [counts.writes, 'writes'],
    [counts.maps, 'maps'],
    [counts.buffers, 'new buffers'],
    [counts.bindGroups, 'new bind groups'],
  ] as const;
  const megabytes = bytes.map((size) => (size / 1e6).toFixed(1));
  return plain(
    `${parameters.toLocaleString('en')} parameters, ${(flop / 1e9).toFixed(2)} GFLOP a step. ` +
      `Each step of our loop (${family} kernels, ${steps} steps, each submitted by itself): ${counts.dispatches} dispatches, ${counts.submits} submit, ` +
      `${made.map(([count, what]) => `${count} ${what}`).join(', ')}; its buffers, with the data, had ${megabytes[0]} MB before and ${megabytes[1]} MB after.`,
  );
}

function productTable({ products, profiled }: NetworkResult): string {
  const rows = products.map((one) => [
    plain(one.what),
    plain(sizesText(one.products)),
    String(one.count),
    shown(one.time),
    plainText(one.products),
    percent(one.share, 0),
  ]);
  if (profiled) {
    const { products: ours, all, share } = profiled;
    const text = `all products of a step; all dispatches: ${figures(all)} ms`;
    rows.push([text, '', '', figures(ours), figures(ours * share), percent(share, 0)]);
  }
  return table(
    ['product', 'm×k×n, layout', 'in a step', 'ms', 'plain products, ms', 'share of their rate'],
    rows,
  );
}

/** A network's steps, what others lack, and its products. */
export function networkTables(
  network: NetworkResult,
  { adapter }: Pick<SavedBench, 'adapter'>,
): string[] {
  const { title, batch, optimizer, steps, notes, products, bound } = network;
  const rows = [
    `**A step of the ${plain(title)}, batch ${batch}: ${OPTIMIZERS[optimizer]}, cross-entropy**`,
    stepTable(steps, 'loss'),
    `Only contenders whose test loss falls below ${bound.toFixed(2)} are timed. ${loopText(network)}`,
  ];
  if (notes.length > 0) rows.push(notes.map((text) => `- ${plain(text)}`).join('\n'));
  if (products.length > 0) {
    rows.push(
      `**Products of the ${plain(title)}${adapter.software ? ' on software' : ''}: our dispatches, with all that is fused into them, against our plain products of the same sizes**`,
      productTable(network),
    );
    if (products.some(({ what }) => what.startsWith('attention'))) {
      rows.push(
        'A position attends to itself and those before it, so an attention needs half of its plain products. Its share is of operations a second, with that half counted.',
      );
    }
  }
  return rows;
}
