/** A React component that fits a curve to points, draws it during training, and frees everything at the end. */
import { adam, DestroyedError, type Engine, linear, Sequential, Trainer, tanh } from 'gradweave';
import { useEffect, useState } from 'react';

/** Where the curve is drawn. */
const GRID = Array.from({ length: 41 }, (_, i) => i / 20 - 1);

export interface FitProps {
  readonly engine: Engine;
  /** Points (x, y) from −1 to 1. Pass the same array until the points change. */
  readonly points: readonly (readonly [number, number])[];
  readonly epochs: number;
  readonly onDone?: (curve: Float32Array) => void;
}

export function Fit({ engine, points, epochs, onDone }: FitProps) {
  const [curve, setCurve] = useState<Float32Array>();
  const [status, setStatus] = useState('Compiling …');
  useEffect(() => {
    const made = Trainer.create(engine, {
      model: new Sequential([1], [linear(1, 32), tanh(), linear(32, 1)]),
      dataset: { train: { inputs: points.map(([x]) => x), targets: points.map(([, y]) => y) } },
      loss: 'mse',
      optimizer: adam({ learningRate: 0.02 }),
    });
    const learn = async (trainer: Awaited<typeof made>): Promise<void> => {
      await trainer.fit({
        epochs,
        onEpoch: async ({ epoch, train }) => {
          if (epoch % 10 !== 0) return;
          setCurve(await trainer.predict(GRID));
          setStatus(`Epoch ${epoch}, loss ${train.loss.toFixed(4)}`);
        },
      });
      onDone?.(await trainer.predict(GRID));
    };
    made.then(learn).catch((error) => {
      if (!(error instanceof DestroyedError)) setStatus(String(error));
    });
    // The clean-up may run before the trainer exists, as StrictMode's first one does.
    return () => {
      made.then((trainer) => trainer.destroy()).catch(() => {});
    };
  }, [engine, points, epochs, onDone]);
  const line = curve && GRID.map((x, i) => `${x},${-curve[i]}`).join(' ');
  return (
    <figure>
      <svg viewBox="-1 -1.2 2 2.4" role="img" aria-label="Points, and the curve that fits them">
        {points.map(([x, y]) => (
          <circle key={x} cx={x} cy={-y} r={0.02} fill="silver" />
        ))}
        <polyline points={line ?? ''} fill="none" stroke="teal" strokeWidth={0.02} />
      </svg>
      <figcaption>{status}</figcaption>
    </figure>
  );
}
