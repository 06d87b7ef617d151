import { COLD_FAMILIES } from '../../bench/cold.ts';
import type { BenchResults, ColdSample, SavedBench } from '../../bench/results.ts';
import { timingOf } from '../../bench/stopwatch.ts';
import { shown } from '../../bench/text.ts';
import { type CommandContext, runCommandTask, type TaskExtras } from '../command.ts';
import type { Renderer } from '../render.ts';
import type { CommandSpec } from '../spec.ts';

const HIDDEN = ['adapter', 'dataset', 'note'] as const;

/** The median of each part of gradweave's first steps. */
function partsOf(samples: readonly ColdSample[]): Record<string, string> {
  const known = samples.flatMap(({ parts }) => parts ?? []);
  if (known.length === 0) return { engine: '–', create: '–', 'of that compile': '–', step: '–' };
  const median = (part: keyof (typeof known)[number]): string =>
    timingOf(known.map((one) => one[part])).median.toFixed(0);
  return {
    engine: median('engine'),
    create: median('create'),
    'of that compile': median('compile'),
    step: median('step'),
  };
}

/**
 * Measures first steps in fresh browsers with fresh profiles: one browser for each sample, all contenders in
 * turn.
 *
 * @param measured says which contenders can run
 */
export async function benchCold(
  spec: CommandSpec,
  context: CommandContext,
  renderer: Renderer,
  extras: TaskExtras,
  measured: BenchResults,
): Promise<SavedBench['cold']> {
  const families = COLD_FAMILIES.filter(
    (family) => family === 'portable' || measured.families.includes(family),
  );
  const names = [...families, ...measured.peers.map(({ name }) => name)];
  const samples = new Map<string, ColdSample[]>(names.map((name) => [name, []]));
  for (let round = 0; round < measured.rounds; round++) {
    for (const [name, list] of samples) {
      const { value } = await runCommandTask(spec, 'bench', context, renderer, {
        ...extras,
        options: { ...extras.options, cold: name },
        hidden: HIDDEN,
        announce: false,
      });
      // The page and this command are of one build.
      list.push(value as ColdSample);
    }
  }
  return [...samples.values()].map((list) => {
    const { contender } = list[0];
    renderer.show({
      type: 'row',
      table: 'first step, each in a fresh browser',
      cells: { contender, ms: shown(timingOf(list.map(({ total }) => total))), ...partsOf(list) },
      ok: true,
    });
    return { contender, samples: list };
  });
}
