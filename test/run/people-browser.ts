import { readFile } from 'node:fs/promises';
import puppeteer, { type Browser, type CDPSession, type ElementHandle, type Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { findBrowser } from '../../scripts/find-browser.mjs';
import type { Table } from '../../src/cli/serve-answer.ts';
import { startServer } from '../../src/cli/server.ts';

/** puppeteer's flags that keep hidden pages running, which people's browsers do not have. */
const AWAKE = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** Vulkan on SwiftShader: WebGPU's textures are shared with the compositor, as on GPUs. */
export const VULKAN: readonly string[] = [
  '--use-angle=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
];

/** A browser like people's, except for the adapter, and a server of some files. */
export async function inBrowser(
  flags: readonly string[],
  table: Table,
  use: (browser: Browser, origin: string) => Promise<void>,
): Promise<void> {
  const executablePath = findBrowser()?.path;
  assert.ok(executablePath, 'there is no browser');
  const server = await startServer(table);
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await puppeteer.launch({
    executablePath,
    ignoreDefaultArgs: AWAKE,
    args: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', ...flags, ...sandbox],
  });
  try {
    await use(browser, server.origin);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** MiB of memory of a browser's processes, by their kind. On Linux. */
export async function memoryOf(session: CDPSession): Promise<Map<string, number>> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sums = new Map<string, number>();
  for (const { type, id } of processInfo) {
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    sums.set(type, (sums.get(type) ?? 0) + kilobytes / 1024);
  }
  return sums;
}

/** How many colours the pixels of an element have, as they are shown. */
export async function coloursOf(page: Page, element: ElementHandle | null): Promise<number> {
  const png = (await element?.screenshot({ encoding: 'base64' })) ?? '';
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    if (!context) return 0;
    context.drawImage(image, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, image.width, image.height);
    return new Set(new Uint32Array(pixels.buffer)).size;
  }, png);
}
