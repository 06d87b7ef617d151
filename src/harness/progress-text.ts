import type { TaskEvent } from './protocol.ts';
import { newsText } from './tasks/worker/news-text.ts';

/** An event as a line of text for the page; null if it needs no line. */
export function progressText(event: TaskEvent): string | null {
  switch (event.type) {
    case 'adapter': {
      const { vendor, architecture, device, software } = event.adapter;
      const name = [vendor, architecture, device].filter((part) => part !== '').join(' ');
      return `Adapter: ${name}${software ? ' (software)' : ''}`;
    }
    case 'dataset':
      return `Data: ${event.name}${event.synthetic ? ' (synthetic, not a real data set)' : ''}`;
    case 'note':
      return event.text;
    case 'epoch': {
      const { epoch, train, test } = event.record;
      const tested = test === undefined ? '' : `, test loss ${test.loss.toFixed(4)}`;
      return `${event.title}: epoch ${epoch}/${event.epochs}, loss ${train.loss.toFixed(4)}${tested}`;
    }
    case 'written':
      return event.text;
    case 'row':
      return `${event.ok ? 'ok  ' : 'FAIL'} ${Object.values(event.cells).join('  ')}`;
    case 'worker':
      return newsText(event.news);
    case 'part':
    case 'progress':
    case 'log':
    case 'trial':
    case 'alive':
      return null;
    case 'result':
      return 'Done.';
    case 'error':
      return `${event.name}: ${event.message}`;
  }
}
