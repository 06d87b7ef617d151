import type { AdapterInfo } from '../../gpu/adapter-info.ts';
import type { LabEvent } from '../worker/lab-event.ts';
import { byId } from './dom.ts';
import { put, say, sayOf } from './words/words.ts';

/** The name of an adapter. */
export function adapterLabel({ vendor, architecture, device, software }: AdapterInfo): string {
  const name =
    [vendor, architecture, device].filter((part) => part !== '').join(' ') || say('a GPU');
  return software ? say('{name} (software)', { name }) : name;
}

/** What data are called: in the file's words if they are the visitor's own. */
export function dataName(name: string): string {
  const [, own] = /^(.*) \(own data\)$/s.exec(name) ?? [];
  return own === undefined ? sayOf(name) : say('{name} (own data)', { name: own });
}

/** Shows the GPU and the data in the page's header. */
export function showFacts(event: LabEvent): void {
  if (event.type === 'adapter') {
    put(byId('adapter'), () => adapterLabel(event.adapter));
  }
  if (event.type === 'dataset') {
    put(byId('dataset'), () => dataName(event.name));
    byId('dataset').classList.toggle('mark', event.synthetic);
  }
}
