import { fill, type Values } from '../../fill.ts';
import type { TrialEnd, WorkerCounts, WorkerNews } from './news.ts';

/** How texts are said. The English text is the key of other languages; see ../../page/words. */
export interface Speech {
  readonly say: (english: string, values?: Values) => string;
  readonly percent: (share: number) => string;
  readonly fixed: (value: number, digits: number) => string;
}

/** The terminal's. */
const ENGLISH: Speech = {
  say: fill,
  percent: (share) => `${(100 * share).toFixed(1)}%`,
  fixed: (value, digits) => value.toFixed(digits),
};

/** Characters of an id that people see. */
const SHORT = 8;

export const shortId = (id: string): string => id.slice(0, SHORT);

/** What became of a trial. */
function endName(how: TrialEnd, { say }: Speech): string {
  const names: Readonly<Record<TrialEnd, string>> = {
    done: say('done'),
    pruned: say('pruned'),
    failed: say('failed'),
    lost: say('lost'),
    stopped: say('stopped'),
  };
  return names[how];
}

/** What became of so many trials. */
function endsText(how: TrialEnd, count: number, { say }: Speech): string {
  const names: Readonly<Record<TrialEnd, string>> = {
    done: say('{count} done', { count }),
    pruned: say('{count} pruned', { count }),
    failed: say('{count} failed', { count }),
    lost: say('{count} lost', { count }),
    stopped: say('{count} stopped', { count }),
  };
  return names[how];
}

/** `3 done, 1 pruned`; `none yet` at the beginning. */
export function countsText(counts: WorkerCounts, speech = ENGLISH): string {
  const { say } = speech;
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return (
    parts.map(([how, count]) => endsText(how as TrialEnd, count, speech)).join(', ') ||
    say('none yet')
  );
}

/** What has happened, as a line of text. */
export function newsText(news: WorkerNews, speech = ENGLISH): string {
  const { say } = speech;
  switch (news.kind) {
    case 'server':
      return news.state === 'away'
        ? say(
            'The server does not answer ({why}). Trying again until it does; is its address right?',
            { why: news.why },
          )
        : say('The server answers again.');
    case 'waiting':
      return say('Waiting for a trial…');
    case 'began': {
      const { id, title, values, epochs, epoch, resumed } = news;
      const length = `${epochs} ${epochs === 1 ? say('epoch') : say('epochs')}`;
      const from = resumed ? `, ${say('resumed after epoch {epoch}', { epoch })}` : '';
      return `${shortId(id)}  ${title}, ${values}: ${length}${from}`;
    }
    case 'ended':
      return `${shortId(news.id)}  ${endText(news, speech)} (${countsText(news.counts, speech)})`;
  }
}

/** How a trial ended, without its id and the counts. */
export function endText(
  { how, test, seconds, agrees, why }: Extract<WorkerNews, { kind: 'ended' }>,
  speech = ENGLISH,
): string {
  const { say, percent, fixed } = speech;
  const { loss = null, accuracy = null } = test ?? {};
  const parts = [
    endName(how, speech),
    accuracy === null ? '' : say('test accuracy {value}', { value: percent(accuracy) }),
    loss === null ? '' : say('test loss {value}', { value: fixed(loss, 4) }),
    seconds === undefined ? '' : `${fixed(seconds, 1)} s`,
    why ?? '',
    agrees === false ? say('ANOTHER RESULT OF THIS TRIAL HAS OTHER BITS') : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
