/** What a page looks like to people who cannot see it, or see it small: checks for any state of it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer';
import * as assert from 'uvu/assert';

/** Widths of windows, in CSS pixels. 640 is 1280 at a zoom of 200%. */
export const WIDTHS = [360, 390, 640, 1280, 1920, 2560] as const;

const axeText = (): Promise<string> =>
  readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with a page, with one place for each rule. */
async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await axeText());
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  });
}

/** Axe finds nothing that keeps anybody out, light and dark. */
export async function keepsNobodyOut(page: Page, what: string): Promise<void> {
  for (const value of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
    assert.equal(await findings(page), [], `${what}, ${value}`);
  }
}

/** Elements that are wider than a window, and buttons that are too small to be touched. */
const misfits = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const nameOf = (element: Element): string =>
      `${element.tagName.toLowerCase()}${element.id && `#${element.id}`} ${element.textContent?.trim().slice(0, 30)}`;
    const { clientWidth, scrollWidth } = document.documentElement;
    const wide = scrollWidth > clientWidth ? [`${scrollWidth} of ${clientWidth} pixels`] : [];
    const small = [...document.querySelectorAll('button, select, summary, [role=tab]')]
      .filter((element) => element.checkVisibility())
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return width > 1 && (width < 24 || height < 24);
      })
      .map((element) => `too small: ${nameOf(element)}`);
    return [...wide, ...small];
  });

/** Fields beside each other that are not on one line, and lists and empty fields that cut what they show. */
const unevenFields = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const fields = [
      ...document.querySelectorAll<HTMLInputElement | HTMLSelectElement>(
        '.settings :is(.pair, .rates) > label > :is(input:not([type=checkbox]), select)',
      ),
    ].filter((field) => field.checkVisibility());
    const found: string[] = [];
    for (const [i, field] of fields.entries()) {
      const next = fields[i + 1];
      const [one, two] = [field, next].map((each) => each?.getBoundingClientRect());
      if (next && next.parentElement?.parentElement === field.parentElement?.parentElement) {
        const away = Math.abs(one.top - two.top);
        if (two.left >= one.right && away > 0.5) {
          found.push(`${next.name} is ${away} pixels off ${field.name}`);
        }
      }
      const { font, paddingLeft } = getComputedStyle(field);
      const pen = document.createElement('canvas').getContext('2d');
      if (!pen) continue;
      pen.font = font;
      const list = field instanceof HTMLSelectElement;
      const text = list
        ? (field.selectedOptions[0]?.text ?? '')
        : field.value === ''
          ? field.placeholder
          : '';
      // An arrow has about 20 pixels.
      const room = field.clientWidth - 2 * Number.parseFloat(paddingLeft) - (list ? 20 : 0);
      if (pen.measureText(text).width > room + 1) found.push(`${field.name} cuts “${text}”`);
    }
    return found;
  });

/** Fields stand beside each other on one line, and show all of what they have, at all {@link WIDTHS}. */
export async function fieldsAreEven(page: Page, what: string): Promise<void> {
  const before = page.viewport();
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: 900 });
    assert.equal(await unevenFields(page), [], `${what}, ${width}`);
  }
  if (before) await page.setViewport(before);
}

/** Nothing is wider than the window, and buttons are at least 24 pixels high and wide (WCAG 2.2, 2.5.8), at all {@link WIDTHS} and at 320 (1.4.10). */
export async function fitsAllWidths(page: Page, what: string): Promise<void> {
  const before = page.viewport();
  for (const width of [320, ...WIDTHS]) {
    await page.setViewport({ width, height: 900 });
    // Pictures and charts follow a little later.
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.equal(await misfits(page), [], `${what}, ${width}`);
  }
  if (before) await page.setViewport(before);
}

/** Words of English that no Spanish text has. */
const ENGLISH =
  /(?<!\p{L})(the|and|with|of|is|are|for|this|that|what|your|each|from|not|which)(?!\p{L})/iu;

/** Visible texts, and what is read of attributes, that are still English on a page in Spanish. */
export const englishOn = (page: Page): Promise<string[]> =>
  page.evaluate((source) => {
    const english = new RegExp(source, 'iu');
    const left = '[translate=no], script, style, noscript, textarea, [lang=en]:not(tr)';
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    // What a Spanish text quotes is a name.
    const isEnglish = (text: string): boolean => english.test(text.replace(/«[^»]*»/g, ''));
    while (walker.nextNode()) {
      const { parentElement: parent, textContent } = walker.currentNode;
      if (!parent || parent.closest(left) || !parent.checkVisibility()) continue;
      if (isEnglish(textContent ?? '')) found.push(textContent ?? '');
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
      if (element.closest(left)) continue;
      for (const name of ['aria-label', 'placeholder', 'title']) {
        const text = element.getAttribute(name) ?? '';
        if (isEnglish(text)) found.push(`${name}: ${text}`);
      }
    }
    return found;
  }, ENGLISH.source);
