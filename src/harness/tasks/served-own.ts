/** Data of the user's own that the command serves beside the page. */
import { OptionError } from '../../errors.ts';
import { atOnce } from '../own/in-pieces.ts';
import { ownName } from '../own/own-name.ts';
import { fetchBytes } from './data.ts';
import { readImageFiles } from './image-files.ts';
import type { OwnSet } from './job.ts';
import { COLOURS, SIDES } from './own-colour.ts';
import { OWN_LISTING, type OwnListing, ownFile } from './own-listing.ts';
import { notReadText, ofData } from './own-words.ts';
import { Query } from './query.ts';
import type { Emit } from './task.ts';

/**
 * Reads the data that the command serves, if the address has `own`: a hash of them, for checkpoints, or `served`.
 *
 * @returns undefined if it serves none
 * @throws DataError if they cannot be learned from; OptionError if the target is no column
 */
export async function servedOwn(options: URLSearchParams, emit: Emit): Promise<OwnSet | undefined> {
  const query = new Query(options, '');
  if (!query.has('own')) return undefined;
  const text = new TextDecoder().decode(await fetchBytes(`data/${OWN_LISTING}`));
  // The command and this page are of one build.
  const listing = JSON.parse(text) as OwnListing;
  try {
    switch (listing.kind) {
      case 'idx':
        return { data: 'images', dataset: await readImageFiles(await allOf(listing)) };
      case 'table':
        return { data: 'table', table: await tableOf(listing, query, emit) };
      case 'images':
        return await imagesOf(listing, query, emit);
    }
  } catch (error) {
    throw ofData(error, listing.name);
  }
}

async function allOf({ files }: OwnListing): Promise<Record<string, Uint8Array>> {
  const all: Record<string, Uint8Array> = {};
  for (const [i, { path }] of files.entries()) all[path] = await fetchBytes(`data/${ownFile(i)}`);
  return all;
}

async function tableOf({ name }: OwnListing, query: Query, emit: Emit) {
  const { chosen, readTable, withNumbers } = await import('../own/chosen-table.ts');
  const { preparingTable } = await import('../own/table.ts');
  const { passedOver, slipTexts, takenText } = await import('../own/taken-columns.ts');
  const whole = readTable(await fetchBytes(`data/${ownFile(0)}`), name);
  const read = withNumbers(whole, query.text('numbers'));
  const choice = chosen(read, {
    target: query.text('target') ?? query.fail('target', 'the name of a column'),
    learn: query.text('learn'),
    leaveOut: query.text('leave-out'),
    missing: query.text('missing'),
  });
  const table = atOnce(preparingTable(ownName(name), read, choice));
  emit({ type: 'note', text: `Learns ${takenText(table)}` });
  const passed = passedOver(read, choice);
  if (passed !== '') emit({ type: 'note', text: `Not learned from: ${passed}` });
  for (const text of slipTexts(read)) emit({ type: 'note', text });
  if (table.leftOut > 0) {
    const [are, they] = table.leftOut === 1 ? ['is', 'it lacks'] : ['are', 'they lack'];
    const text = `${table.leftOut} of ${read.rows.length} rows ${are} left out: ${they} a value`;
    emit({ type: 'note', text });
  }
  return table;
}

async function imagesOf({ name, files }: OwnListing, query: Query, emit: Emit): Promise<OwnSet> {
  if (!('createImageBitmap' in globalThis)) {
    throw new OptionError('images are decoded by a browser only; leave --runtime out');
  }
  const { ImageReading } = await import('../worker/image-reading.ts');
  const side = Number(query.choice('side', SIDES.map(String), '28'));
  const colour = query.choice('colour', ['', ...COLOURS], '');
  const given = files.map(({ path, size }, i) => {
    const arrayBuffer = async () => {
      const bytes = await fetchBytes(`data/${ownFile(i)}`);
      return bytes.buffer as ArrayBuffer;
    };
    return [path, { size, arrayBuffer }] as const;
  });
  const reading = await ImageReading.open(
    ownName(name),
    { side, colour },
    Object.fromEntries(given),
  );
  emit({ type: 'note', text: `Reading ${reading.total} images…` });
  while ((await reading.more(READING_MS)) < reading.total);
  const { dataset, refused, parted, inverted } = reading.finish();
  const all = [
    `They are made ${side} × ${side} and ${dataset.train.channels === 3 ? 'in colour' : 'grey'}, from the square in the middle`,
    ...(parted ? ['The folders say which ones are tested'] : []),
    ...(inverted ? ['Light and dark are exchanged: networks here see light on dark'] : []),
    ...(refused.length > 0 ? [notReadText(refused)] : []),
  ];
  for (const text of all) emit({ type: 'note', text });
  return { data: 'images', dataset, photos: { inverted } };
}

/** Between two turns of others, such as the signs of life. */
const READING_MS = 200;
