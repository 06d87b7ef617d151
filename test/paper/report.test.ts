import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compare } from '../../src/paper/claims.ts';
import { spreadOf } from '../../src/paper/groups.ts';
import { writeReport } from '../../src/paper/report.ts';
import type { ClassifierRun, PaperResults } from '../../src/paper/results.ts';
import { classifier, fake } from './fake.ts';
import { all, parse } from './xml.ts';

const test = suite("the paper's report");

type Loss = ClassifierRun['loss'];

/** A run that ends at an accuracy and a loss. */
function ends(model: 1 | 2 | 3, loss: Loss, accuracy: number, end = 0.3, seed = 1): ClassifierRun {
  return classifier(model, loss, seed, { test: { loss: end, accuracy } });
}

/** The Markdown of results with these classifiers, cross-entropy unless said otherwise. */
function markdown(
  classifiers: readonly ClassifierRun[],
  change: Partial<PaperResults> = {},
): string {
  return writeReport(fake({ classifiers, ...change }))['README.md'];
}

function ordered(first: number, second: number, third: number): ClassifierRun[] {
  return [first, second, third].map((accuracy, i) =>
    ends((i + 1) as 1 | 2 | 3, 'cross_entropy', accuracy),
  );
}

/** The line of a claim for the cross-entropy runs. */
function judgement(text: string, claim: number): string {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.startsWith(`${claim}. "`));
  return lines.slice(from).find((line) => line.includes('Table recipe (cross-entropy)')) ?? '';
}

const synthetic = { name: 'shapes', synthetic: true, classes: fake().dataset.classes };

test('the same results give the same files', () => {
  assert.equal(writeReport(fake()), writeReport(fake()));
});

test('every figure is well-formed, has a title and a description, and is shown once', () => {
  const files = writeReport(fake());
  const figures = Object.keys(files).filter((name) => name !== 'README.md');
  assert.is(figures.length, 10);
  for (const name of figures) {
    const root = parse(files[name]);
    assert.ok(all(root, 'title')[0].text.length > 5, name);
    assert.ok(all(root, 'desc')[0].text.length > 20, name);
    assert.is(files['README.md'].split(`](${name})`).length, 2, name);
  }
});

test('the report says that seeds were trained at once, and that they share the time', () => {
  const { classifiers } = fake();
  const apart = markdown(classifiers);
  assert.not.match(apart, 'at once');
  const text = markdown(classifiers.map((run) => ({ ...run, together: 3 })));
  assert.match(text, '1, 2, 3, trained at once');
  assert.match(text, "its share of the ensemble's");
});

test('every image that the Markdown shows is among the files', () => {
  const files = writeReport(fake());
  const shown = [...files['README.md'].matchAll(/!\[(?:\\.|[^\]\\])*\]\(([^)]+)\)/g)];
  assert.is(shown.length, 10);
  for (const [, name] of shown) assert.ok(name in files, name);
});

test('Table I stands beside our figures, with mean and deviation over the seeds', () => {
  const runs = [0.88, 0.89, 0.9].map((accuracy, i) => ends(2, 'cross_entropy', accuracy, 0.32, i));
  const text = markdown([...runs, ends(2, 'mse', 0.88, 0.018)]);
  const row =
    '| **Model 2** (Adam, 30 epochs) | 0.32 | 89.3% | 0.0180 | 88.00% | 0.3200 ± 0.0000 | 89.00 ± 1.00% |';
  assert.ok(text.includes(row), text.slice(0, 3000));
  assert.ok(text.includes('| **Model 1** (SGD, 30 epochs) | 0.51 | 81.0% | – | – | – | – |'));
});

test('one seed has no deviation', () => {
  const text = markdown([ends(2, 'cross_entropy', 0.89)]);
  assert.match(text, /\| 0\.300 \| 89\.00% \|/);
  assert.match(text, /from one seed/);
  assert.not.match(text, /±/);
});

test('the facts of the run are there', () => {
  const text = writeReport(fake())['README.md'];
  for (const fact of [
    '2025-01-15',
    'NVIDIA GeForce RTX 4090',
    'Chrome/138.0.7204.49',
    '| Seeds | 1, 2, 3 |',
  ]) {
    assert.ok(text.includes(fact), fact);
  }
  assert.match(text, /## How to repeat this\n\n```sh\ngradweave paper --seeds 1,2,3\n```/);
});

test('a software adapter is called one', () => {
  const adapter = { ...fake().adapter, software: true };
  assert.match(markdown([], { adapter }), /software: runs on the CPU/);
  assert.not.match(markdown([]), /software: runs on the CPU/);
});

test('Markdown in names stays text', () => {
  const text = markdown([], { browser: 'a|b <script> *x*' });
  assert.ok(text.includes('a\\|b &lt;script&gt; \\*x\\*'));
});

test('two accuracies are equal within half a point, or within the noise of the seeds', () => {
  assert.is(compare(spreadOf([0.895]), spreadOf([0.89]))?.order, 'equal');
  assert.is(compare(spreadOf([0.8951]), spreadOf([0.89]))?.order, 'above');
  assert.is(compare(spreadOf([0.88]), spreadOf([0.89]))?.order, 'below');
  assert.is(compare(spreadOf([0.86, 0.94]), spreadOf([0.87, 0.91]))?.order, 'equal');
  assert.is(compare(spreadOf([Number.NaN]), spreadOf([0.89])), null);
});

test('whether Adam beats SGD is read from the figures', () => {
  const line = (sgd: number, adam: number) => judgement(markdown(ordered(sgd, adam, 0.89)), 1);
  assert.match(line(0.81, 0.89), /\+8\.00 points.*\*\*The claim holds\.\*\*/);
  assert.match(line(0.89, 0.892), /equal within the margin/);
  assert.match(line(0.9, 0.85), /−5\.00 points.*The claim fails: SGD is ahead/);
});

test('whether more epochs help is read from the figures', () => {
  const line = (short: number, long: number) => judgement(markdown(ordered(0.8, short, long)), 2);
  assert.match(line(0.89, 0.892), /The claim holds: the two are equal/);
  assert.match(line(0.89, 0.87), /The claim holds: the longer training is even behind/);
  assert.match(line(0.87, 0.89), /The claim fails: the longer training is ahead/);
});

test('whether the loss rises with more epochs is read from the figures', () => {
  const line = (short: number, long: number) =>
    judgement(
      markdown([ends(2, 'cross_entropy', 0.89, short), ends(3, 'cross_entropy', 0.89, long)]),
      2,
    );
  assert.match(line(0.32, 0.37), /it rises, as in Table I/);
  assert.match(line(0.37, 0.32), /it falls, while in Table I it rises/);
  assert.match(line(0.32, 0.325), /it stays within 0\.01, while/);
});

test('whether Model 2 is the best needs both its accuracy and its time', () => {
  const line = (runs: ClassifierRun[]) => judgement(markdown(runs), 3);
  assert.match(
    line(ordered(0.8, 0.89, 0.891)),
    /The claim holds: no model is ahead .* and it trains/,
  );
  assert.match(
    line(ordered(0.8, 0.87, 0.89)),
    /The claim fails: another model is ahead .* but it trains/,
  );
  const [first, second, third] = ordered(0.8, 0.89, 0.89);
  const slow = { ...second, seconds: third.seconds + 1 };
  assert.match(line([first, slow, third]), /The claim fails: no model .* but it does not train/);
});

test('shortened runs are marked and decide nothing', () => {
  const runs = ([1, 2, 3] as const).map((model) =>
    classifier(model, 'cross_entropy', 1, { epochs: 1 }),
  );
  const text = markdown(runs);
  assert.match(text, /† Not the paper's settings\. Model 1, .*: 1 epoch instead of 30/);
  for (const claim of [1, 2, 3]) assert.match(judgement(text, claim), /\*\*Undecided:\*\*/);
  assert.not.match(text, /The claim holds|The claim fails/);
});

test('the paper-like run stands for its model, and a varied one is a row of the variations', () => {
  const varied = classifier(2, 'cross_entropy', 1, {
    batchSize: 256,
    test: { loss: 0.4, accuracy: 0.87 },
  });
  const text = markdown([varied, ends(2, 'cross_entropy', 0.89)]);
  assert.match(text, /\*\*Model 2\*\* .*89\.00% \|/);
  assert.match(
    text,
    /\| Model 2 \| batch 256 instead of 100 \| cross-entropy \| 1 \| 0\.400 \| 87\.00% \| −2\.00 \|/,
  );
});

test('which loss Table I shows is read from the figures', () => {
  const near = [ends(2, 'mse', 0.89, 0.018), ends(2, 'cross_entropy', 0.89, 0.33)];
  assert.match(markdown(near), /closer to our cross-entropies/);
  const far = [ends(2, 'mse', 0.89, 0.31), ends(2, 'cross_entropy', 0.89, 2.3)];
  assert.match(markdown(far), /closer to our squared errors/);
});

test('the report says where the paper contradicts itself', () => {
  const text = markdown([ends(2, 'mse', 0.889, 0.0182)]);
  assert.match(text, /the size of cross-entropies/);
  assert.match(text, /about 0\.018 for one of about 89% accuracy/);
  assert.match(text, /reaches a test error of 0\.0182 with 88\.90%/);
  assert.match(text, /percent sign \(0\.51%\)\. That must be a mistake/);
});

test('synthetic data are named at the top, in every chart and every text for an image', () => {
  const files = writeReport(fake({ dataset: synthetic }));
  const text = files['README.md'];
  assert.ok(text.indexOf('**SYNTHETIC DATA.**') < text.indexOf('## What was run'));
  assert.ok(text.indexOf('**SYNTHETIC DATA.**') > 0);
  for (const [name, svg] of Object.entries(files)) {
    if (name === 'README.md') continue;
    const root = parse(svg);
    assert.match(all(root, 'title')[0].text, /^SYNTHETIC DATA/, name);
    assert.ok(
      all(root, 'text').some((one) => one.text.startsWith('SYNTHETIC DATA')),
      name,
    );
  }
  for (const [, alt] of text.matchAll(/!\[([^\]]*)\]/g)) assert.match(alt, /^SYNTHETIC DATA/);
  assert.match(text, /The claim holds on the synthetic data/);
});

test("synthetic data are not compared with the paper's figures", () => {
  const files = writeReport(fake({ dataset: synthetic }));
  assert.not.match(files['README.md'], /points from the paper's/);
  assert.not.match(files['model-2-cross-entropy.svg'], /paper 0\.32/);
  assert.match(writeReport(fake())['model-2-cross-entropy.svg'], /paper 0\.32/);
});

test('real data carry no warning', () => {
  for (const text of Object.values(writeReport(fake()))) assert.not.match(text, /synthetic/i);
});

test("the paper's loss is drawn where it is on the scale: not on squared errors", () => {
  const files = writeReport(fake());
  assert.match(files['model-1-cross-entropy.svg'], /paper 0\.51/);
  assert.not.match(files['model-1-mse.svg'], /paper 0\.51/);
  assert.match(files['model-1-mse.svg'], /paper 81\.0%/);
});

test('a wrongly classified Ankle boot is called wrong', () => {
  const { ankleBoot } = fake();
  const wrong = { ...ankleBoot, predicted: 7 };
  assert.match(markdown([]), /position 9, Ankle boot \(9\.80\): correct, as in the paper/);
  assert.match(
    markdown([], { ankleBoot: wrong }),
    /position 7, Sneaker \(4\.60\): wrong, unlike in the paper/,
  );
});

test('the three most frequent mistakes are named', () => {
  assert.match(
    markdown([]),
    /Shirt classified as T-shirt\/top \(121\), T-shirt\/top classified as Shirt \(108\)/,
  );
  assert.match(
    markdown([], {
      confusion: [
        [5, 0],
        [0, 5],
      ],
    }),
    /There are no mistakes/,
  );
});

test('runs that diverged leave no NaN in any file', () => {
  const { NaN: nan, POSITIVE_INFINITY: infinite } = Number;
  const lost = fake().classifiers.map((run) => ({
    ...run,
    test: { loss: nan, accuracy: run.seed === 1 ? nan : 0.1 },
    seconds: nan,
    history: run.history.map((epoch) => ({
      ...epoch,
      train: { loss: nan, accuracy: null },
      test: { loss: epoch.epoch > 2 ? infinite : 1, accuracy: nan },
      seconds: nan,
    })),
  }));
  const files = writeReport(fake({ classifiers: lost }));
  for (const [name, text] of Object.entries(files)) {
    assert.not.match(text, /NaN|Infinity|undefined|null/, name);
    if (name !== 'README.md') parse(text);
  }
  assert.match(files['README.md'], /not finite/);
  assert.match(files['README.md'], /1 of 3 seeds not finite/);
});

test('a report of nothing measured says so and draws nothing', () => {
  const files = writeReport(
    fake({
      classifiers: [],
      autoencoders: [],
      confusion: [],
      reconstructions: [],
      ankleBoot: { index: 0, pixels: [], outputs: [], predicted: 0 },
    }),
  );
  assert.equal(Object.keys(files), ['README.md']);
  assert.match(files['README.md'], /No classifier was trained/);
  assert.match(files['README.md'], /No autoencoder was trained/);
  assert.not.match(files['README.md'], /NaN|Infinity|undefined|null/);
});

test('runs without evaluation during training draw the training curve alone', () => {
  const run = classifier(2, 'cross_entropy');
  const history = run.history.map(({ epoch, train, seconds }) => ({ epoch, train, seconds }));
  const svg = writeReport(fake({ classifiers: [{ ...run, history }] }))[
    'model-2-cross-entropy.svg'
  ];
  assert.is(all(parse(svg), 'circle').length, 2);
});

test.run();
