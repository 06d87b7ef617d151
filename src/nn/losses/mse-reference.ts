import { storageOf } from '../../graph/tensor.ts';
import type { LossReference } from '../../ops/loss-reference.ts';
import { DIVISION, overflow, TINY, ULP } from '../../ops/rounding.ts';

export const mseReference: LossReference = {
  rows: ({ spec: { shape }, inputs }, [x, t]) => {
    const { columns } = storageOf(inputs[0].spec);
    const data = new Float64Array(shape[0]);
    const error = new Float64Array(shape[0]);
    x.data.forEach((value, i) => {
      const row = Math.floor(i / columns);
      const d = value - t.data[i];
      const off = x.error[i] + t.error[i] + ULP * Math.abs(d);
      data[row] += (d * d) / columns;
      error[row] += (off * (2 * Math.abs(d) + off) + (columns + 2) * ULP * d * d) / columns;
    });
    return {
      data,
      error: error.map((e, row) => e + DIVISION * data[row] + overflow(columns * data[row])),
    };
  },
  gradient: ({ spec }, [x, t, dy]) => {
    const { columns } = storageOf(spec);
    const data = new Float64Array(x.data.length);
    const error = x.data.map((value, i) => {
      const row = Math.floor(i / columns);
      const d = value - t.data[i];
      const off = x.error[i] + t.error[i] + ULP * Math.abs(d);
      const weight = (2 / columns) * dy.data[row];
      const weightOff = (2 / columns) * dy.error[row] + (DIVISION + ULP) * Math.abs(weight);
      data[i] = weight * d;
      return (
        off * (Math.abs(weight) + weightOff) +
        Math.abs(d) * weightOff +
        ULP * Math.abs(data[i]) +
        TINY +
        overflow(Math.abs(d) + off)
      );
    });
    return { data, error };
  },
};
