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

/** Why a run is not repeated. */
export const otherDataText = (run: RunRecord): string =>
  say(
    '{run} learned from other data than there are now: {data}. Give those to the page again, then repeat it.',
    { run: labelOf(run), data: dataText(run) },
  );
