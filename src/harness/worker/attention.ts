/**
 * The weights of causal attention, softmax(q · k / √d) for each query over the keys up to it, on the CPU in float64. The GPU's
 * kernels never write them to memory.
 *
 * @param x [length, width], the layer's input
 * @param weight [3 · width, width], and bias [3 · width], of queries, keys and values
 * @param length positions, at most those of x
 * @returns for each head [length, length] row by row: the weight of a key (column) for a query (row), 0 behind the query
 */
export function attentionWeights(
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  heads: number,
  length: number,
): Float32Array[] {
  const width = bias.length / 3;
  const size = width / heads;
  // Queries and keys, beside each other.
  const made = new Float64Array(length * 2 * width);
  for (let position = 0; position < length; position++) {
    for (let row = 0; row < 2 * width; row++) {
      let sum = bias[row];
      for (let c = 0; c < width; c++) sum += x[position * width + c] * weight[row * width + c];
      made[position * 2 * width + row] = sum;
    }
  }
  return Array.from({ length: heads }, (_, head) => {
    const weights = new Float32Array(length * length);
    for (let query = 0; query < length; query++) {
      const q = query * 2 * width + head * size;
      const scores = Array.from({ length: query + 1 }, (_, key) => {
        const k = key * 2 * width + width + head * size;
        let dot = 0;
        for (let c = 0; c < size; c++) dot += made[q + c] * made[k + c];
        return dot / Math.sqrt(size);
      });
      const most = Math.max(...scores);
      const powers = scores.map((score) => Math.exp(score - most));
      const sum = powers.reduce((a, b) => a + b, 0);
      weights.set(
        powers.map((power) => power / sum),
        query * length,
      );
    }
    return weights;
  });
}
