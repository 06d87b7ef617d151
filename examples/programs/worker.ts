/** A worker that trains, so that its page stays responsive: it gets numbers and sends losses, then a map. */
import { adam, Engine, linear, Sequential, Trainer, tanh } from 'gradweave';

/** What the page sends. Arrays are transferred, not copied. */
export interface Task {
  /** Two numbers for each sample. */
  readonly inputs: Float32Array<ArrayBuffer>;
  readonly labels: Uint8Array<ArrayBuffer>;
  readonly epochs: number;
  /** Points for which the page wants the probability of class 1, two numbers each. */
  readonly places: Float32Array<ArrayBuffer>;
}

/** What the worker answers: one message for each epoch, then the map, or an error. */
export type Answer =
  | { readonly epoch: number; readonly loss: number }
  | { readonly map: Float32Array }
  | { readonly problem: string };

/** On the page: sends the worker its task. Abort to stop: a terminated worker frees its resources. */
export function learn(
  worker: Worker,
  task: Task,
  told: (epoch: number, loss: number) => void,
  signal?: AbortSignal,
): Promise<Float32Array> {
  signal?.throwIfAborted();
  const answer = new Promise<Float32Array>((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
    worker.onerror = ({ message }) => reject(new Error(message ?? 'it did not start'));
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ('epoch' in data) told(data.epoch, data.loss);
      else if ('map' in data) resolve(data.map);
      else reject(new Error(data.problem));
    };
  });
  const { inputs, labels, places } = task;
  worker.postMessage(task, [inputs.buffer, labels.buffer, places.buffer]);
  return answer.finally(() => worker.terminate());
}

/** In the worker: trains on its own engine. */
export async function work(task: Task, say: (answer: Answer) => void): Promise<void> {
  await using engine = await Engine.create({ quick: true });
  const { inputs, labels, epochs, places } = task;
  const trainer = await Trainer.create(engine, {
    model: new Sequential([2], [linear(2, 24), tanh(), linear(24, 24), tanh(), linear(24, 2)]),
    dataset: { train: { inputs, labels } },
    loss: 'cross_entropy',
    optimizer: adam({ learningRate: 0.02 }),
  });
  await trainer.fit({ epochs, onEpoch: ({ epoch, train }) => say({ epoch, loss: train.loss }) });
  const both = await trainer.predict(places, { as: 'probability' });
  say({ map: both.filter((_, i) => i % 2 === 1) });
}
