/**
 * The curves of docs/networks.md: test accuracy by epoch, ours and PyTorch's, from the runs in bench/gpu whose names are
 * `cnn-SEED`, `resnet-SEED` and the same behind `pytorch-`.
 */

const TITLES = { cnn: 'CNN', resnet: 'Residual network' };

/** Accuracies by epoch: of our runs, and of those of bench/networks.py. */
const accuraciesOf = ({ history }) =>
  history.map(({ test, accuracy }) => 100 * (test?.accuracy ?? accuracy));

/** @param {readonly (readonly number[])[]} runs accuracies by epoch */
function pointsOf(runs) {
  return runs[0].map((_, epoch) => {
    const values = runs.map((run) => run[epoch]);
    const mid = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { x: epoch + 1, mid, low: Math.min(...values), high: Math.max(...values) };
  });
}

/**
 * @param {readonly object[]} results files of bench/gpu
 * @param lineChart of src/paper/lines.ts
 * @returns {string} SVG
 */
export function networksPlot(results, lineChart) {
  const runs = results.flatMap((result) => Object.entries(result));
  const named = (prefix) =>
    runs
      .filter(([name]) => new RegExp(`^${prefix}-\\d+$`).test(name))
      .map(([, run]) => accuraciesOf(run));
  const panels = Object.entries(TITLES).flatMap(([name, title]) => {
    const [ours, theirs] = [named(name), named(`pytorch-${name}`)];
    if (ours.length === 0) return [];
    const curves = [
      { name: 'gradweave', tone: 'accent', points: pointsOf(ours) },
      ...(theirs.length > 0 ? [{ name: 'PyTorch', tone: 'rest', points: pointsOf(theirs) }] : []),
    ];
    return [{ title: `${title}: test accuracy`, unit: '%', decimals: 2, curves }];
  });
  return lineChart({
    title: 'Accuracy on Fashion-MNIST',
    description:
      'Test accuracy by epoch, mean and range of the seeds, beside PyTorch with the same recipe.',
    xLabel: 'epoch',
    panels,
  });
}
