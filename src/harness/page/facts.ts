import type { LabEvent } from '../worker/lab-event.ts';
import { byId } from './dom.ts';

/** Shows the GPU and the data in the page's header. */
export function showFacts(event: LabEvent): void {
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
