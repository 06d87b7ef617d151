import type { WorkerCounts, WorkerNews } from './news.ts';

/** Characters of an id that people see. */
const SHORT = 8;

export const shortId = (id: string): string => id.slice(0, SHORT);

const share = (value: number): string => `${(100 * value).toFixed(1)}%`;

/** `3 done, 1 pruned`; `none yet` at the beginning. */
export function countsText(counts: WorkerCounts): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.map(([how, count]) => `${count} ${how}`).join(', ') || 'none yet';
}

/** What has happened, as a line of text. */
export function newsText(news: WorkerNews): string {
  switch (news.kind) {
    case 'server':
      return news.state === 'away'
        ? `The server does not answer (${news.why}). Trying again until it does; is its address right?`
        : 'The server answers again.';
    case 'waiting':
      return 'Waiting for a trial…';
    case 'began': {
      const { id, title, values, epochs, epoch, resumed } = news;
      const from = resumed ? `, resumed after epoch ${epoch}` : '';
      return `${shortId(id)}  ${title}, ${values}: ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}${from}`;
    }
    case 'ended':
      return `${shortId(news.id)}  ${endText(news)} (${countsText(news.counts)})`;
  }
}

/** How a trial ended, without its id and the counts. */
export function endText({
  how,
  test,
  seconds,
  agrees,
  why,
}: Extract<WorkerNews, { kind: 'ended' }>) {
  const { loss = null, accuracy = null } = test ?? {};
  const parts = [
    how,
    accuracy === null ? '' : `test accuracy ${share(accuracy)}`,
    loss === null ? '' : `test loss ${loss.toFixed(4)}`,
    seconds === undefined ? '' : `${seconds.toFixed(1)} s`,
    why ?? '',
    agrees === false ? 'ANOTHER RESULT OF THIS TRIAL HAS OTHER BITS' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
