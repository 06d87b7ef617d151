import { execFileSync } from 'node:child_process';
import { cpus, release, type } from 'node:os';
import { join } from 'node:path';
import { PARTS, partsOf } from '../../bench/context.ts';
import type { BenchResults, SavedBench } from '../../bench/results.ts';
import { COMMON_OPTIONS, type Command, rendererOf, runCommandTask } from '../command.ts';
import { dataExtras } from '../data.ts';
import { jsonWriter } from '../json-file.ts';
import { PACKAGE_ROOT } from '../paths.ts';
import { BENCH, type PreparedPeers, preparePeers } from '../peers.ts';
import { findPyTorch, type PyTorch, startPyTorch } from '../pytorch.ts';
import type { Renderer } from '../render.ts';
import { checkSave, saveBench } from '../save-bench.ts';
import { DATA_OPTION, JSON_OPTION } from '../shared-options.ts';
import { benchCold } from './bench-cold.ts';

/** The measured commit, with `+` if files differ from it; `unknown` outside of a checkout. */
function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: PACKAGE_ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', '--short', 'HEAD') + (changed ? '+' : '');
  } catch {
    return 'unknown';
  }
}

const system = (): SavedBench['system'] => ({
  os: `${type()} ${release()}`,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
});

/** `gradweave bench`. */
export const bench: Command = {
  name: 'bench',
  summary: 'Measure training and matrix products against the adapter’s peak and other libraries',
  positionals: [],
  options: [
    DATA_OPTION,
    {
      name: 'only',
      kind: 'choices',
      choices: PARTS,
      least: 1,
      help: `Parts to run: ${PARTS.join(', ')}`,
      defaultText: 'all',
    },
    {
      name: 'rounds',
      kind: 'int',
      range: { min: 1, max: 1000 },
      default: '5',
      help: 'Samples of each contender, in turn; the median is reported',
    },
    {
      name: 'quick',
      kind: 'flag',
      help: 'Measure steps of Model 2’s recipe only, not of all four',
    },
    {
      name: 'sizes',
      kind: 'list',
      least: 1,
      range: { min: 1, max: 8192 },
      help: 'Sides of the square matrix products',
      defaultText: '256,512,1024; on a GPU also 2048',
    },
    {
      name: 'peers',
      kind: 'flag',
      scope: 'command',
      help: 'Compare with TF.js, jax-js and PyTorch; needs a checkout, installs them in bench/',
    },
    {
      name: 'save',
      kind: 'flag',
      scope: 'command',
      help: 'Keep the result in bench/results and rewrite docs/bench; needs a checkout',
    },
    JSON_OPTION,
    {
      name: 'runtime',
      kind: 'choice',
      // The other libraries are only built for these two.
      choices: ['browser', 'node'],
      scope: 'command',
      default: 'browser',
      help: 'Where to run: Chrome, or Node with the package webgpu',
    },
    ...COMMON_OPTIONS,
  ],
  async run(context) {
    const { values } = context.arguments;
    // Mistakes are reported before anything is installed or started.
    const parts = partsOf(values.get('only'));
    if (values.has('save')) await checkSave();
    const writeJson = await jsonWriter(values);
    const renderer = rendererOf(context, { rows: 'result' });
    const runtime = values.get('runtime') === 'node' ? 'node' : 'browser';
    const log = (text: string): void => renderer.note(text);
    const peers: PreparedPeers = values.has('peers')
      ? await preparePeers(runtime, log)
      : { options: {}, files: new Map(), scripts: [] };
    const data = await dataExtras(context, renderer);
    const extras = {
      options: { ...data.options, ...peers.options },
      files: new Map([...data.files, ...peers.files]),
      scripts: peers.scripts,
    };
    const pytorch = values.has('peers') ? startedPyTorch(data.files, renderer) : null;
    try {
      const outcome = await runCommandTask(bench, 'bench', context, renderer, {
        ...extras,
        host: pytorch?.host,
      });
      // The page and this command are of one build.
      const measured = outcome.value as BenchResults;
      const cold = parts.includes('cold')
        ? await benchCold(bench, context, renderer, extras, measured)
        : [];
      const result: SavedBench = {
        ...measured,
        cold,
        browser: outcome.browser,
        system: system(),
        commit: commit(),
        command: context.commandLine,
      };
      await writeJson(result);
      if (values.has('save')) renderer.print('', await saveBench(result));
      return outcome.badRows === 0 ? 0 : 1;
    } finally {
      pytorch?.close();
    }
  },
};

/** PyTorch on the same files as the page; null, with a warning that says why, if it cannot run. */
function startedPyTorch(files: ReadonlyMap<string, string>, renderer: Renderer): PyTorch | null {
  const paths = [...files.values()];
  const found = findPyTorch();
  if (!found) renderer.warn('PyTorch is left out: python3 -c "import torch" fails.');
  else if (paths.length === 0)
    renderer.warn('PyTorch is left out: it needs the files of the data set.');
  if (!found || paths.length === 0) return null;
  renderer.note(`PyTorch ${found.version} of ${found.python}.`);
  return startPyTorch(found, join(BENCH, 'pytorch.py'), paths);
}
