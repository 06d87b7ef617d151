/** log(eᵃ + eᵇ), without overflow. */
function logAddExp(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === -Infinity ? most : most + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/**
 * Scores of each class: the logarithm of its odds against all others, zᵢ − log Σⱼ≠ᵢ eᶻʲ. They have the order of
 * the softmax's probabilities, and still differ when these round to 0 or 1.
 *
 * @param logits [rows, classes]
 * @returns [rows, classes]
 */
export function scoresOf(logits: Float32Array, classes: number): Float64Array {
  const scores = new Float64Array(logits.length);
  for (let row = 0; row < logits.length; row += classes) {
    let before = -Infinity;
    for (let at = row; at < row + classes; at++) {
      scores[at] = before;
      before = logAddExp(before, logits[at]);
    }
    let behind = -Infinity;
    for (let at = row + classes - 1; at >= row; at--) {
      scores[at] = logits[at] - logAddExp(scores[at], behind);
      behind = logAddExp(behind, logits[at]);
    }
  }
  return scores;
}

/**
 * Area under the ROC curve: the share of pairs of a positive and a negative in which the positive has the higher
 * score. Equal scores count half. Exact.
 *
 * @returns from 0 to 1; NaN without a positive or without a negative, or if a score is NaN
 */
export function aucOf(scores: Float64Array, positive: readonly boolean[]): number {
  if (scores.some(Number.isNaN)) return NaN;
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) =>
    scores[a] < scores[b] ? -1 : Number(scores[a] > scores[b]),
  );
  let [positives, negatives, won] = [0, 0, 0];
  for (let first = 0; first < order.length; ) {
    let [more, less] = [0, 0];
    const score = scores[order[first]];
    for (; first < order.length && scores[order[first]] === score; first++) {
      if (positive[order[first]]) more++;
      else less++;
    }
    won += more * (negatives + less / 2);
    positives += more;
    negatives += less;
  }
  return won / (positives * negatives);
}
