import type { SavedBench } from '../results.ts';

/** The adapter's name for people: its description or device, else vendor and architecture. */
export function adapterTitle({ adapter }: SavedBench): string {
  const { vendor, architecture, device, description } = adapter;
  const names = [description, device, vendor, architecture].join(' ');
  const known = /swiftshader|llvmpipe/i.exec(names);
  if (known) return known[0].toLowerCase() === 'llvmpipe' ? 'llvmpipe' : 'SwiftShader';
  return description || device || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed';
}

/** Letters, digits and dashes. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

/** Groups results that can be compared: the same adapter, runtime and processor. */
export const machineOf = (result: SavedBench): string =>
  slug(`${adapterTitle(result)} ${result.system.cores}x ${result.system.cpu} ${result.runtime}`);

/** `2026-01-31-swiftshader-browser-1a2b3c4.json`; with the time of day, so that names differ. */
export function fileNameOf(result: SavedBench): string {
  const when = slug(result.date.slice(0, 16));
  const commit = slug(result.commit.replace('+', '-changed'));
  return `${when}-${slug(adapterTitle(result))}-${result.runtime}-${commit}.json`;
}
