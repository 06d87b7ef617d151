import type { TaskEvent } from '../protocol.ts';
import { byId } from './dom.ts';

/** Shows in the page's head on which GPU, and on which data. */
export function showFacts(event: TaskEvent): void {
  if (event.type === 'adapter') {
    const { vendor, architecture, device, software } = event.adapter;
    const name = [vendor, architecture, device].filter((part) => part !== '').join(' ') || 'a GPU';
    byId('adapter').textContent = software ? `${name} (software)` : name;
  }
  if (event.type === 'dataset') {
    byId('dataset').textContent = event.name;
    byId('dataset').classList.toggle('mark', event.synthetic);
  }
}
