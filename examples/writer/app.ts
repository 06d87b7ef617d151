/** A transformer of characters that writes while it learns a text of the user. */
import {
  adamw,
  causalSelfAttention,
  type Engine,
  embedding,
  gelu,
  generate,
  layerNorm,
  linear,
  positionalEmbedding,
  residual,
  Sequential,
  Trainer,
  textDataset,
} from 'gradweave';

/** Characters that the network sees at a time. */
const LENGTH = 32;
const WIDTH = 64;
/** Characters of a piece, and pieces that stay on the page. */
const [PIECE, PIECES] = [240, 12];

const network = (tokens: number): Sequential => {
  const block = () => [
    residual([layerNorm(WIDTH), causalSelfAttention(WIDTH, 4)]),
    residual([layerNorm(WIDTH), linear(WIDTH, 4 * WIDTH), gelu(), linear(4 * WIDTH, WIDTH)]),
  ];
  return new Sequential(
    [LENGTH],
    [
      ...[embedding(tokens, WIDTH), positionalEmbedding(LENGTH, WIDTH), ...block(), ...block()],
      ...[layerNorm(WIDTH), linear(WIDTH, tokens)],
    ],
  );
};

/** Where the network writes. */
interface Sheet {
  /** Begins a piece; returns where its heading and its text go. */
  begin(): { readonly head: Text; readonly text: Text };
  say(status: string): void;
  temperature(): number;
}

/** Learns a text and writes until the signal. */
async function learn(
  engine: Engine,
  text: string,
  sheet: Sheet,
  signal: AbortSignal,
): Promise<void> {
  const { data, vocabulary, encode, decode } = textDataset(text, {
    length: LENGTH,
    validation: 0.1,
  });
  const trainer = await Trainer.create(engine, {
    model: network(vocabulary.length),
    dataset: data,
    loss: 'cross_entropy',
    optimizer: adamw({ learningRate: 2e-3 }),
    batchSize: 16,
    signal,
  });
  sheet.say('Learning…');
  const [first] = text;
  try {
    while (!signal.aborted) {
      const begun = trainer.step;
      const piece = sheet.begin();
      piece.text.data = first;
      const options = { count: PIECE, temperature: sheet.temperature(), seed: begun };
      for await (const token of generate(trainer, encode(first), options)) {
        if (signal.aborted) return;
        piece.text.data += decode([token]);
        // Some steps of training for each character, which the next one is written with.
        trainer.run({ budget: '30ms' });
        piece.head.data = `steps ${begun} to ${trainer.step}`;
      }
      const [learned, heldOut] = [await trainer.metrics(), await trainer.evaluate()];
      const loss = learned ? `loss ${learned.loss.toFixed(3)}, ` : '';
      sheet.say(`${loss}on the last tenth of the text, held out, ${heldOut.loss.toFixed(3)}`);
    }
  } finally {
    trainer.destroy();
  }
}

/** @param outer ends it */
export function app(engine: Engine, page: ParentNode, outer?: AbortSignal): void {
  const find = <T extends Element>(name: string): T => page.querySelector(name) as T;
  const [written, status] = [find<HTMLElement>('#written'), find<HTMLElement>('#status')];
  const start = find<HTMLButtonElement>('#learn');
  const end = find<HTMLButtonElement>('#stop');
  const sheet: Sheet = {
    temperature: () => Number(find<HTMLInputElement>('#temperature').value),
    say: (text) => {
      status.textContent = text;
    },
    begin() {
      const piece = document.createElement('figure');
      const parts = ['figcaption', 'pre'].map((name) => document.createElement(name));
      piece.append(...parts);
      written.prepend(piece);
      written.children[PIECES]?.remove();
      const [head, text] = parts.map((part) => part.appendChild(document.createTextNode('')));
      return { head, text };
    },
  };
  start.disabled = false;
  sheet.say('Ready.');
  start.addEventListener('click', async () => {
    const stop = new AbortController();
    const stopIt = (): void => stop.abort();
    end.addEventListener('click', stopIt, { once: true });
    outer?.addEventListener('abort', stopIt, { once: true });
    [start.disabled, end.disabled] = [true, false];
    sheet.say('Preparing…');
    try {
      const text = find<HTMLTextAreaElement>('#text').value;
      await learn(engine, text, sheet, stop.signal);
      sheet.say('Stopped.');
    } catch (error) {
      // A text that is too short, for one.
      sheet.say(stop.signal.aborted ? 'Stopped.' : String(error));
    }
    [start.disabled, end.disabled] = [false, true];
  });
}
