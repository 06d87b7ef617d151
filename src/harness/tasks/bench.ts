import { coldStep } from '../../bench/cold.ts';
import { type BenchContext, partsOf, roundsOf, sizesOf } from '../../bench/context.ts';
import type { ImagesData } from '../../bench/data.ts';
import { driverOf, heapBytes } from '../../bench/facts.ts';
import { familiesToRace } from '../../bench/families.ts';
import { watchMemory } from '../../bench/hooks.ts';
import { benchDispatches } from '../../bench/parts/dispatches.ts';
import { benchEpochs } from '../../bench/parts/epoch.ts';
import { benchGemm } from '../../bench/parts/gemm.ts';
import { benchGuards } from '../../bench/parts/guards.ts';
import { benchMany } from '../../bench/parts/many.ts';
import { benchNetwork } from '../../bench/parts/networks.ts';
import { benchRepeats } from '../../bench/parts/repeat.ts';
import { benchScaling } from '../../bench/parts/scaling.ts';
import { benchSteps } from '../../bench/parts/steps.ts';
import { gflopsOf, peakOf } from '../../bench/peak.ts';
import { loadPeers, type Peer } from '../../bench/peer.ts';
import type { BenchResults, NetworkResult } from '../../bench/results.ts';
import { NETWORK_NAMES } from '../../bench/step.ts';
import { race } from '../../bench/stopwatch.ts';
import { openDataset, openEngine } from './data.ts';
import type { Emit, Task } from './task.ts';

const PEAK_MS = 250;

/** The libraries in `peers=SCRIPT&peer-assets=FOLDER/`; none without it. */
async function peersOf(options: URLSearchParams): Promise<readonly Peer[]> {
  const script = options.get('peers');
  if (script === null) return [];
  const address = (text: string): string => new URL(text, globalThis.location?.href).href;
  return loadPeers(address(script), address(options.get('peer-assets') ?? '.'));
}

/** Starts their backends. One that cannot run here is reported and left out. */
async function started(peers: readonly Peer[], emit: Emit): Promise<Peer[]> {
  const ready: Peer[] = [];
  for (const peer of peers) {
    try {
      await peer.init();
      ready.push(peer);
    } catch (error) {
      emit({ type: 'note', text: `${peer.name} ${peer.version} does not start: ${String(error)}` });
    }
  }
  return ready;
}

/**
 * Measures training steps, epochs and products against the adapter's arithmetic peak and against the
 * libraries in `peers`. With `cold=NAME` it only measures the first step of one contender.
 */
export const bench: Task = async (options, emit) => {
  const parts = partsOf(options.get('only'));
  const rounds = roundsOf(options.get('rounds'));
  sizesOf(options.get('sizes'), false);
  const known = await peersOf(options);
  const cold = options.get('cold');
  const openImages = async (): Promise<ImagesData> => ({
    kind: 'images',
    dataset: await openDataset(options, emit),
  });
  if (cold !== null) return coldStep(cold, await openImages(), known);

  // From the start, so that the sizes of destroyed buffers are known.
  const memory = watchMemory();
  const engine = await openEngine(emit);
  try {
    const data = await openImages();
    const peers = await started(known, emit);
    emit({ type: 'part', part: 'peak' });
    const peak = await peakOf(engine);
    const speed = async (): Promise<number> => {
      const [time] = await race([peak], { rounds, sampleMs: PEAK_MS });
      return gflopsOf(peak.flop, time);
    };
    const context: BenchContext = {
      engine,
      data,
      rounds,
      quick: options.has('quick'),
      memory,
      peak,
      peers,
      row: (table, cells, ok) => emit({ type: 'row', table, cells, ok }),
      note: (text) => emit({ type: 'note', text }),
    };
    let heap: number | null = null;
    const onMemory = (): void => {
      const now = heapBytes();
      if (now !== null) heap = Math.max(heap ?? 0, now);
    };
    const before = await speed();
    /** Whether a part is measured. If so, it is from now on. */
    const begins = (part: (typeof parts)[number]): boolean => {
      const isAsked = parts.includes(part);
      if (isAsked) emit({ type: 'part', part });
      return isAsked;
    };
    const networks: NetworkResult[] = [];
    for (const name of NETWORK_NAMES) {
      if (begins(name)) networks.push(await benchNetwork(context, name, onMemory));
    }
    const measured = {
      networks,
      epochs: begins('epoch') ? await benchEpochs(context) : [],
      steps: begins('steps') ? await benchSteps(context, onMemory) : [],
      dispatches: begins('dispatches') ? await benchDispatches(context) : [],
      repeat: begins('repeat') ? await benchRepeats(context) : [],
      gemm: begins('gemm')
        ? await benchGemm(context, sizesOf(options.get('sizes'), engine.adapter.software))
        : [],
      scaling: begins('scaling') ? await benchScaling(context) : [],
      many: begins('many') ? await benchMany(context) : [],
    };
    if (begins('guards')) await benchGuards(context);
    emit({ type: 'part', part: 'peak' });
    const after = await speed();
    onMemory();
    context.note(
      `Arithmetic peak: ${before.toFixed(1)} GFLOP/s before, ${after.toFixed(1)} after.` +
        (heap === null ? '' : ` JavaScript heap: at most ${(heap / 1e6).toFixed(0)} MB.`),
    );
    const results: BenchResults = {
      date: new Date().toISOString(),
      adapter: { ...engine.adapter, driver: driverOf(engine) },
      families: familiesToRace(engine),
      runtime: typeof document === 'undefined' ? 'node' : 'browser',
      dataset: { name: data.dataset.name, synthetic: data.dataset.synthetic },
      rounds,
      peak: { before, after },
      peers: peers.map(({ name, version }) => ({ name, version })),
      ...measured,
      heapBytes: heap,
    };
    return results;
  } catch (error) {
    // Contenders wait for the device in ways of their own.
    await engine.blameLoss(error);
    throw error;
  } finally {
    engine.destroy();
    memory.stop();
  }
};
