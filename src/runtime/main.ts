/**
 * Runs one task without a page, in its own process: in Node with the package `webgpu`, or in Deno. The
 * command starts it (src/cli/child-runtime.ts).
 */
import { readFile } from 'node:fs/promises';
import type { HostRequest } from '../bench/host.ts';
import { AdapterError, OptionError } from '../errors.ts';
import { describeError } from '../harness/describe-error.ts';
import { heartbeat } from '../harness/heartbeat.ts';
import type { TaskEvent } from '../harness/protocol.ts';
import { tasks } from '../harness/tasks/index.ts';
import { fetchFrom } from './files.ts';
import type { ChildTask, FromChild, ToChild } from './messages.ts';
import { paceGpu } from './pace.ts';
import { pack, unpack } from './wire.ts';

const SOFTWARE = /swiftshader|llvmpipe|lavapipe/i;

const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();

/** Resolves once the message is sent: the process must not end before. */
function send(message: FromChild): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(pack(message), (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

function ask(request: HostRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const id = waiting.size === 0 ? 0 : Math.max(...waiting.keys()) + 1;
    waiting.set(id, { resolve, reject });
    send({ kind: 'ask', id, request }).catch(reject);
  });
}

/** The version of the package that a file is of. */
async function versionBeside(file: string): Promise<string> {
  const text = await readFile(new URL('package.json', file), 'utf8').catch(() => '{}');
  const { version = 'unknown' }: { version?: string } = JSON.parse(text);
  return version;
}

/** @param webgpu the package's file; absent in Deno, whose navigator has a GPU */
async function openGpu(webgpu: string | undefined): Promise<void> {
  if (webgpu) {
    const { create, globals } = await import(webgpu);
    Object.assign(globalThis, globals);
    // Options of Dawn, such as the name of the adapter: adapter=Microsoft.
    const given = (process.env.GRADWEAVE_DAWN ?? '').split(';').filter(Boolean);
    // Otherwise timestamps are rounded to 65 µs, which is more than a dispatch takes on a GPU.
    const exact = 'disable-dawn-features=timestamp_quantization';
    const own = given.some((option) => option.startsWith('disable-dawn-features')) ? [] : [exact];
    const userAgent = `node ${process.version} webgpu/${await versionBeside(webgpu)}`;
    const value = { gpu: create([...own, ...given]), userAgent };
    // Since Node 21 there is a navigator, which is read-only.
    Object.defineProperty(globalThis, 'navigator', { value, configurable: true, writable: true });
  }
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new AdapterError(
      `${webgpu ? 'the package webgpu' : 'Deno'} found no adapter. Install a driver with Vulkan, Metal or Direct3D 12, set VK_DRIVER_FILES to a Vulkan driver, or use --adapter software`,
    );
  }
  const { vendor, architecture, device, description } = adapter.info;
  if (webgpu && SOFTWARE.test([vendor, architecture, device, description].join(' '))) paceGpu();
}

async function run({ task, options, files, webgpu, hosted }: ChildTask): Promise<TaskEvent> {
  const alive = heartbeat((event) => void send({ kind: 'event', event }));
  try {
    globalThis.fetch = fetchFrom(new Map(files), globalThis.fetch);
    if (hosted) globalThis.gradweaveHost = ask;
    await openGpu(webgpu);
    const work = tasks[task];
    if (!work) throw new OptionError(`there is no task ${task} without a browser`);
    const value = await work(new URLSearchParams(options), (event) => {
      alive.progress();
      void send({ kind: 'event', event });
    });
    return { type: 'result', value };
  } catch (error) {
    return { type: 'error', ...describeError(error) };
  } finally {
    alive.stop();
  }
}

process.on('message', (text: string) => {
  const message = unpack(text) as ToChild;
  if (message.kind === 'task') {
    run(message.task)
      .then((event) => send({ kind: 'event', event }))
      // The package's threads would keep the process running.
      .then(() => process.exit(0));
    return;
  }
  if (message.kind === 'stop') {
    const stop = globalThis.gradweaveStop;
    stop?.();
    void send({ kind: 'stopping', able: stop !== undefined });
    return;
  }
  const asked = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.kind === 'answer') asked?.resolve(message.value);
  else asked?.reject(new Error(message.message));
});
// The command asks the run to stop. Schedulers send signals to this process, too, which would end it without a checkpoint.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// The command has ended.
process.on('disconnect', () => process.exit(1));
