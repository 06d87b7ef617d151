import { spawn } from 'node:child_process';
import type { ProbedAdapter } from './names.ts';
import { endTree } from './process-tree.ts';
import { SOFTWARE_NAMES, TRIAL, type TrialNames } from './trial.ts';

/** The result of a request for an adapter: a working one, none, no answer in time, or a crash. */
export type ProbeResult =
  | { readonly kind: 'adapter'; readonly adapter: ProbedAdapter }
  | { readonly kind: 'none' | 'silent' | 'crashed'; readonly detail: string };

/** A program that has WebGPU. */
export interface Prober {
  readonly program: string;
  /** Arguments before the code to evaluate. */
  readonly arguments: readonly string[];
  /** The address of the package `webgpu`; absent if the program has WebGPU itself. */
  readonly webgpu?: string | undefined;
}

const CODE = `
const gpu = WEBGPU ? await (async () => {
  const { create, globals } = await import(WEBGPU);
  Object.assign(globalThis, globals);
  return create((process.env.GRADWEAVE_DAWN ?? '').split(';').filter(Boolean));
})() : navigator.gpu;
const answer = await (${TRIAL})(gpu);
process.stdout.write('\\u0001' + JSON.stringify(answer) + '\\n', () => process.exit(0));
`;

/**
 * Requests an adapter from a runtime without a browser, in a separate process, because a broken driver may crash
 * or never answer.
 *
 * @param env the environment, which chooses the driver
 * @param limitMs time limit, after which the process is ended with all that it started
 */
export function probe(
  { program, arguments: given, webgpu }: Prober,
  env: NodeJS.ProcessEnv,
  limitMs: number,
): Promise<ProbeResult> {
  const code = `const WEBGPU = ${JSON.stringify(webgpu ?? '')};${CODE}`;
  const child = spawn(program, [...given, code], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  let out = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const end = (): void => endTree(child.pid);
  process.once('exit', end);
  return new Promise<ProbeResult>((resolve) => {
    const timer = setTimeout(() => {
      end();
      resolve({ kind: 'silent', detail: said });
    }, limitMs);
    const close = (detail: string): void => {
      clearTimeout(timer);
      resolve(readAnswer(out) ?? { kind: 'crashed', detail: said.trim() || detail });
    };
    child.on('error', (error) => close(error.message));
    child.on('close', (status, signal) => close(`it ended with ${signal ?? status}`));
  }).finally(() => process.off('exit', end));
}

function readAnswer(out: string): ProbeResult | undefined {
  // Drivers print too; the answer's line begins with a character that no text contains.
  const line = out.split('\n').find((one) => one.startsWith('\u0001'));
  if (line === undefined) return undefined;
  const answer: TrialNames | null = JSON.parse(line.slice(1));
  if (answer === null) return { kind: 'none', detail: 'no adapter' };
  const { isFallbackAdapter, ...names } = answer;
  const software = isFallbackAdapter || SOFTWARE_NAMES.test(Object.values(names).join(' '));
  return { kind: 'adapter', adapter: { ...names, software } };
}
