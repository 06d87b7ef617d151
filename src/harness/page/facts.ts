import type { AdapterInfo } from '../../gpu/adapter-info.ts';
import type { LabEvent } from '../worker/lab-event.ts';
import { byId } from './dom.ts';

/** The name of an adapter. */
export function adapterLabel({ vendor, architecture, device, software }: AdapterInfo): string {
  const name = [vendor, architecture, device].filter((part) => part !== '').join(' ') || 'a GPU';
  return software ? `${name} (software)` : name;
}

/** Shows the GPU and the data in the page's header. */
export function showFacts(event: LabEvent): void {
  if (event.type === 'adapter') {
    byId('adapter').textContent = adapterLabel(event.adapter);
  }
  if (event.type === 'dataset') {
    byId('dataset').textContent = event.name;
    byId('dataset').classList.toggle('mark', event.synthetic);
  }
}
