import type { OwnFacts } from '../../worker/own-facts.ts';
import { dataName } from '../facts.ts';
import { isOwn, labelOf, type RunRecord } from '../notebook/run-store.ts';
import { dataText } from '../notebook/run-words.ts';
import type { Remote } from '../remote.ts';
import { say } from '../words/words.ts';

/** Whether the page has the data that a run learned from; those of the page itself, and those that it does not know, count as there. */
export async function hasDataOf(run: RunRecord, remote: Remote): Promise<boolean> {
  const sha256 = run.dataset?.sha256;
  return !isOwn(run) || sha256 === undefined || remote.call('learnsFrom', [run.query, sha256]);
}

/** What is said when settings are loaded. @param isHere whether the data are, too */
export const loadedText = (run: RunRecord, isHere: boolean): string => {
  const loaded = say('The settings are those of {run}.', { run: labelOf(run) });
  return isHere
    ? loaded
    : `${loaded} ${say('It learned from {data}. If others are here, give those again.', { data: dataText(run) })}`;
};

/** How images were made: rows and columns of each, and whether they are in colour. */
interface Made {
  readonly side: number;
  readonly colour: boolean;
}

/** A run's images and those of now, which are of the same files. */
export interface OtherMaking {
  readonly was: Made;
  readonly now: Made;
}

/** Rows and columns of images, if the settings name none. */
const USUAL_SIDE = 28;

/**
 * Whether the page has the images that a run learned from, made in another size or colour: undefined if they are other data, by their
 * name or how many they are, or as they were.
 */
export function otherMaking(
  { query, dataset }: Pick<RunRecord, 'query' | 'dataset'>,
  images: Pick<OwnFacts, 'name' | 'size' | 'train' | 'test'> | undefined,
): OtherMaking | undefined {
  if (!dataset || !images?.size || images.name !== dataset.name) return undefined;
  const settings = new URLSearchParams(query);
  const limit = Number(settings.get('train-limit')) || Infinity;
  if (dataset.train !== Math.min(images.train, limit) || dataset.test !== images.test) {
    return undefined;
  }
  const [height, , channels] = images.size;
  const side = Number(settings.get('side')) || USUAL_SIDE;
  const was = { side, colour: (dataset.channels ?? 1) > 1 };
  const now = { side: height, colour: channels > 1 };
  return was.side === now.side && was.colour === now.colour ? undefined : { was, now };
}

const madeText = ({ side, colour }: Made): string =>
  colour ? say('{side} × {side} in colour', { side }) : say('{side} × {side} in grey', { side });

/** Why a run is not repeated on images of the same files. */
export const otherMakingText = (run: RunRecord, { was, now }: OtherMaking): string =>
  say('{run} learned from {data}, made {was}; now the images are {now}.', {
    ...{ run: labelOf(run), data: dataName(run.dataset?.name ?? '') },
    ...{ was: madeText(was), now: madeText(now) },
  });

/** Why a run is not repeated. */
export const otherDataText = (run: RunRecord): string =>
  say(
    '{run} learned from other data than there are now: {data}. Give those to the page again, then repeat it.',
    { run: labelOf(run), data: dataText(run) },
  );
