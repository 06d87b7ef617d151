import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { app as draw } from '../../examples/draw/app.ts';
import drawPage from '../../examples/draw/index.html';
import { app as transfer } from '../../examples/transfer/app.ts';
import backbone from '../../examples/transfer/backbone.safetensors';
import transferPage from '../../examples/transfer/index.html';
import { app as writer } from '../../examples/writer/app.ts';
import writerPage from '../../examples/writer/index.html';
import type { Engine } from '../../src/gpu/engine.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { inLongRun } from '../run/thorough.ts';

/** Puts an example's page into this one, and ends the example after `use`. */
const onPage = (
  html: string,
  app: (engine: Engine, page: ParentNode, signal: AbortSignal) => Promise<void> | void,
  use: (page: HTMLElement) => Promise<void>,
) =>
  withSharedEngine(async (engine) => {
    const page = document.body.appendChild(document.createElement('div'));
    page.innerHTML = html.slice(html.indexOf('<main>'), html.indexOf('</body>'));
    const end = new AbortController();
    const running = Promise.resolve(app(engine, page, end.signal));
    try {
      await Promise.race([running.then(() => new Promise(() => {})), use(page)]);
    } finally {
      end.abort();
      await running;
      page.remove();
    }
    await until(() => engine.memory().buffers === 0, 'memory');
  });

async function until(holds: () => boolean, say: string | (() => string)): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!holds()) {
    assert.ok(performance.now() < deadline, typeof say === 'string' ? say : say());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const find = <T extends Element>(page: Element, name: string): T => page.querySelector(name) as T;

const shares = (page: Element): number[] =>
  [...page.querySelectorAll('meter')].map(({ value }) => value);

const textOf = (page: Element) => () => find(page, '#status').textContent ?? '';

/** A bar across, a bar down, or a square, on the pad. */
function paint(page: Element, shape: number, [x, y] = [140, 140]): void {
  const context = find<HTMLCanvasElement>(page, '#pad').getContext(
    '2d',
  ) as CanvasRenderingContext2D;
  context.fillStyle = 'black';
  context.fillRect(0, 0, 280, 280);
  context.fillStyle = 'white';
  const [width, height] = [
    [180, 24],
    [24, 180],
    [110, 110],
  ][shape];
  context.fillRect(x - width / 2, y - height / 2, width, height);
}

inLongRun(test)('draw: the network knows a shape at another place', () =>
  onPage(drawPage, draw, async (page) => {
    const buttons = [...page.querySelectorAll<HTMLElement>('#classes button')];
    await until(() => /begins when two/.test(textOf(page)()), textOf(page));
    for (const shape of [0, 1]) {
      paint(page, shape);
      buttons[shape].click();
    }
    assert.is(page.querySelectorAll('.thumbs canvas').length, 2);
    for (const shape of [0, 1]) {
      paint(page, shape, [125, 155]);
      await until(() => shares(page)[shape] > 0.9, textOf(page));
    }
  }),
);

test('transfer: classes are added while it learns, and none is forgotten', () =>
  onPage(
    transferPage,
    (engine, page, signal) => transfer(engine, page, backbone, signal),
    async (page) => {
      await until(() => page.querySelectorAll('#classes li').length === 2, textOf(page));
      const teach = async (shape: number): Promise<void> => {
        paint(page, shape);
        const row = [...page.querySelectorAll('#classes li')][shape];
        const press = (type: string) => find(row, 'button').dispatchEvent(new Event(type));
        press('pointerdown');
        await until(
          () => Number.parseInt(find(row, 'small').textContent ?? '', 10) >= 8,
          textOf(page),
        );
        press('pointerup');
      };
      await teach(0);
      await teach(1);
      find<HTMLElement>(page, '#add').click();
      await teach(2);
      for (const shape of [0, 1, 2]) {
        paint(page, shape, [146, 136]);
        await until(
          () => shares(page)[shape] > 0.6,
          () => `${shares(page)} ${textOf(page)()}`,
        );
      }
    },
  ));

inLongRun(test)('writer: what it writes becomes the text', () =>
  onPage(writerPage, writer, async (page) => {
    const [learn, stop] = [find<HTMLElement>(page, '#learn'), find<HTMLElement>(page, '#stop')];
    const area = find<HTMLTextAreaElement>(page, '#text');
    assert.ok(area.value.length > 1500);
    area.value = 'short';
    learn.click();
    await until(() => /DataError/.test(textOf(page)()), textOf(page));
    area.value = 'abcd '.repeat(100);
    find<HTMLInputElement>(page, '#temperature').value = '0';
    learn.click();
    const latest = (): string => page.querySelector('pre')?.textContent ?? '';
    await until(() => latest().includes('abcd abcd abcd'), latest);
    stop.click();
    await until(() => !find<HTMLButtonElement>(page, '#learn').disabled, 'it does not stop');
    assert.match(page.querySelector('figcaption')?.textContent ?? '', /^steps \d+ to \d+/);
  }),
);

test.run();
