import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../../src/cli/paths.ts';
import { trialId } from '../../../src/trial/id.ts';
import type { TrialSpec } from '../../../src/trial/spec.ts';
import type { NewTrial } from '../../../sweep/src/contract.ts';

/** Real trials that take about a second each, with epochs enough to be killed between them. */
export async function smallTrials(count: number): Promise<NewTrial[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gradweave-trials-'));
  try {
    const draft = join(folder, 'draft.json');
    const options = { 'train-limit': 500, layers: [784, 16, 10], family: 'portable' };
    writeFileSync(
      draft,
      JSON.stringify({ model: '2', data: { kind: 'built-in' }, options, seed: 0, epochs: 6 }),
    );
    const command = [join(PACKAGE_ROOT, 'scripts/gradweave.mjs'), 'trial', draft, '--complete'];
    const spec = JSON.parse(
      execFileSync(process.execPath, command, { encoding: 'utf8' }),
    ) as TrialSpec;
    return await Promise.all(
      Array.from({ length: count }, async (_, seed) => {
        const own: TrialSpec = { ...spec, seed };
        return { id: await trialId(own), spec: own, point: seed, values: {}, shape: 'small' };
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
