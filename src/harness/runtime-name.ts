/** How a user agent is told, the most particular first: Edge names Chrome too, and Chrome names Safari. */
const NAMES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Node', /^node v(\d+)/],
  ['Deno', /Deno\/([\d.]+)/],
  ['Edge', /Edg\/(\d+)/],
  ['Chrome', /(?:Headless)?Chrome\/(\d+)/],
  ['Firefox', /Firefox\/(\d+)/],
  ['Safari', /Version\/([\d.]+).*Safari/],
];

/**
 * The browser or runtime and its version, as far as results may depend on it: `Chrome 156`, `Deno 2.5.1`, `Node 20, webgpu 0.6.2`.
 *
 * @param userAgent default this one's
 */
export function runtimeName(userAgent: string = navigator.userAgent): string {
  for (const [name, pattern] of NAMES) {
    const version = pattern.exec(userAgent)?.[1];
    if (version === undefined) continue;
    const webgpu = /webgpu\/(\S+)/.exec(userAgent)?.[1];
    return `${name} ${version}${webgpu === undefined ? '' : `, webgpu ${webgpu}`}`;
  }
  return userAgent === '' ? 'unknown' : userAgent.slice(0, 80);
}
