import { execFileSync } from 'node:child_process';
import { cpus, release, type } from 'node:os';
import { join } from 'node:path';
import { partsOf } from '../../bench/context.ts';
import type { BenchResults, SavedBench } from '../../bench/results.ts';
import { COMMON_OPTIONS, type Command, rendererOf, runCommandTask } from '../command.ts';
import { dataExtras } from '../data.ts';
import { jsonWriter } from '../json-file.ts';
import { PACKAGE_ROOT } from '../paths.ts';
import { BENCH, type PreparedPeers, preparePeers } from '../peers.ts';
import { findPyTorch, type PyTorch, startPyTorch } from '../pytorch.ts';
import { checkSave, saveBench } from '../save-bench.ts';
import { DATA_OPTION, JSON_OPTION } from '../shared-options.ts';
import { benchCold } from './bench-cold.ts';

/** The commit that is timed, with a mark where files differ from it; `unknown` outside of a checkout. */
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
  summary: 'Times training and matrix products, against the adapter’s peak and other libraries',
  positionals: [],
  options: [
    DATA_OPTION,
    {
      name: 'only',
      kind: 'string',
      help: 'Parts to run: steps, epoch, guards, dispatches, repeat, gemm, scaling, cold; commas between',
      defaultText: 'all',
    },
    {
      name: 'rounds',
      kind: 'int',
      range: { min: 1, max: 1000 },
      default: '5',
      help: 'Samples of each contender, in turn; the median counts',
    },
    { name: 'quick', kind: 'flag', help: 'Steps of Model 2’s recipe alone, not of all four' },
    {
      name: 'sizes',
      kind: 'string',
      help: 'Sides of the square products, commas between',
      defaultText: '256,512,1024, and 2048 on a GPU',
    },
    {
      name: 'peers',
      kind: 'flag',
      scope: 'command',
      help: 'Against TF.js, jax-js and PyTorch, in a checkout; installs them in bench/',
    },
    {
      name: 'save',
      kind: 'flag',
      scope: 'command',
      help: 'Keeps the result in bench/results and redraws docs/bench, in a checkout',
    },
    JSON_OPTION,
    {
      name: 'runtime',
      kind: 'choice',
      // Peers are built for these two.
      choices: ['browser', 'node'],
      scope: 'command',
      default: 'browser',
      help: 'Where to run: Chrome, or Node with the package webgpu',
    },
    ...COMMON_OPTIONS,
  ],
  async run(context) {
    const { values } = context.arguments;
    // A mistake is told before anything is installed or started.
    const parts = partsOf(values.get('only'));
    if (values.has('save')) checkSave();
    const writeJson = await jsonWriter(values);
    const renderer = rendererOf(context);
    const runtime = values.get('runtime') === 'node' ? 'node' : 'browser';
    const log = (text: string): void => renderer.warn(text);
    const peers: PreparedPeers = values.has('peers')
      ? await preparePeers(runtime, log)
      : { options: {}, files: new Map(), scripts: [] };
    const data = await dataExtras(context, renderer);
    const extras = {
      options: { ...data.options, ...peers.options },
      files: new Map([...data.files, ...peers.files]),
      scripts: peers.scripts,
    };
    const pytorch = values.has('peers') ? startedPyTorch(data.files, log) : null;
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

/** PyTorch on the files that the page is served; null, with the reason told, where that cannot be. */
function startedPyTorch(
  files: ReadonlyMap<string, string>,
  log: (text: string) => void,
): PyTorch | null {
  const paths = [...files.values()];
  const found = findPyTorch();
  if (!found) log('PyTorch is not compared with: python3 -c "import torch" fails.');
  else if (paths.length === 0)
    log('PyTorch is not compared with: it needs the files of the data set.');
  if (!found || paths.length === 0) return null;
  log(`PyTorch ${found.version} of ${found.python}.`);
  return startPyTorch(found, join(BENCH, 'pytorch.py'), paths);
}
