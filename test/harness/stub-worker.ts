import type { Page } from 'puppeteer';

/** Answers the page without a GPU: a network that learns from a text, and one that learns from images. */
const STUB = `class {
  postMessage({ id, method, given }) {
    const event = (data) => setTimeout(() => this.onmessage({ data: { kind: 'event', event: data } }));
    const facts = window.stubFacts ?? { count: 3, classes: ['hat', 'bag', 'shoe'], height: 28, width: 28, channels: 1 };
    const answers = {
      train: () => {
        this.text = given[0].includes('transformer');
        event({ type: 'state', state: 'running' });
        event({ type: 'written', title: '', epoch: 3, epochs: 9, text: 'once upon' });
        return new Promise(() => {});
      },
      insides: () => ({
        kernels: this.text ? [] : [
          { name: '0.weight', kind: 'conv2d 1→4, 3×3', inputs: 1, outputs: 4, side: 3 },
          { name: '2.weight', kind: 'conv2d 4→8, 3×3, padding 1', inputs: 4, outputs: 8, side: 3 },
        ],
        maps: this.text ? [] : [
          { name: '0', kind: 'conv2d 1→4, 3×3', shape: [26, 26, 4], first: 0, size: 2704, main: true },
          { name: '1.0', kind: 'relu', shape: [26, 26, 4], first: 2704, size: 2704, main: false },
        ],
        attention: [],
        units: this.text ? [] : [
          { name: '0', kind: 'conv2d 1→4, 3×3', count: 4, mapped: true },
          { name: '3', kind: 'linear 2704→3', count: 3, mapped: false },
        ],
        test: this.text ? undefined : facts,
      }),
      unit: () => ({
        epochs: 1.5,
        weights: { layer: '0', data: Float32Array.of(1, -1, 0, 0.5, 0, 0, 0, 0, 1), count: 1, height: 3, width: 3, bias: 0.1 },
        answer: { data: new Float32Array(676), height: 26, width: 26 },
        most: [2, 0].map((index) => ({ index, label: index, value: 3 - index })),
        count: 3,
        mean: 0.5,
        active: 0.7,
      }),
      classify: () => ({ outputs: Float32Array.from(facts.classes, (_, i) => (i === 1 ? 0.7 : 0.1)), epochs: 1.5, data: { name: 'stub', classes: facts.classes, channels: 1 }, loss: 'cross_entropy' }),
      images: () => new Uint8Array(facts.height * facts.width * facts.channels * given[0].length).fill(90),
      outputs: () => ({ outputs: Float32Array.from({ length: facts.count * facts.classes.length }, (_, i) => ((i * 7) % 11) / 20), labels: Uint8Array.from({ length: facts.count }, (_, i) => (i * 3 + 2) % facts.classes.length), classes: facts.classes, epochs: 1.5 }),
      networksIn: () => ({ networks: 1, seeds: 1, rates: 1, dropouts: 1 }),
      lesson: () => ({
        gpu: { vendor: 'none', architecture: 'stub', device: '', description: '', software: false },
        layers: [],
      })[given[0]],
      attention: () => ({
        epochs: 1.5,
        characters: ['a', ' ', 'b'],
        layers: [1, 2].map(() => ({
          name: '1',
          heads: [[1, 0, 0, 0.5, 0.5, 0, 0.25, 0.75, 0], [1, 0, 0, 0, 1, 0, 0, 0, 1]].map((all) => Float32Array.from(all)),
        })),
      }),
      write: () => {
        event({ type: 'character', text: 'x' });
        return new Promise((resolve) => setTimeout(() => resolve({ text: 'xyz', epochs: 1.5 }), 600));
      },
    };
    window.asked = [...(window.asked ?? []), [method, given.length > 0 ? JSON.stringify(given) : '']];
    Promise.resolve(answers[method]?.()).then((value) => this.onmessage({ data: { kind: 'answer', id, value } }));
  }
  terminate() {}
}`;

/**
 * Before the page's script runs: its worker is a stub. What it is asked is in `window.asked`; `window.stubFacts` are other test
 * images.
 */
export const stubbed = (page: Page): Promise<unknown> =>
  page.evaluateOnNewDocument(`window.Worker = ${STUB}`);
