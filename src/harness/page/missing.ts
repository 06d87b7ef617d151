import { say } from './words/words.ts';

/** Why there is no WebGPU; undefined if there is. */
export function missing(): string | undefined {
  if (origin === 'null') {
    return say(
      'This page is in a sandboxed frame and cannot start its workers. Open it directly, or give the frame sandbox="allow-scripts allow-same-origin"',
    );
  }
  if (!isSecureContext) {
    return say(
      'Browsers offer WebGPU only on HTTPS and on localhost. Open the page with https:// or http://localhost',
    );
  }
  if ('gpu' in navigator) return undefined;
  return say(
    'This browser has no WebGPU. Use a current version of Chrome, Edge, Safari or Firefox',
  );
}
