import { isObject } from '../../check.ts';
import { GradweaveError } from '../../errors.ts';
import { settingsOf } from '../../harness/tasks/settings.ts';
import { TrialDatasets, trialSettings } from '../../harness/tasks/trial-data.ts';
import { checkSpec, TRIAL_FORMAT } from '../../trial/check.ts';
import { pageOptionsOf } from '../../trial/page-options.ts';
import type { TrialSpec } from '../../trial/spec.ts';
import { PACKAGE_VERSION } from '../../version.ts';
import type { CommandContext } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { Renderer } from '../render.ts';
import { checkGiven, givenText, trialImages } from './data.ts';
import type { GivenSpec } from './spec-file.ts';

const NO_HASH = '0'.repeat(64);

/**
 * Fills in what trials lack: the format, this version, no options, seed 1, the network's epochs, the kind of data and its hash. A
 * hash that is there stays, and is checked.
 *
 * @throws OptionError for what is wrong; DataError if a hash is not that of the data
 */
export async function completeSpecs(
  given: readonly GivenSpec[],
  context: CommandContext,
  renderer: Renderer,
): Promise<readonly TrialSpec[]> {
  const datasets = new TrialDatasets(new URLSearchParams(), {
    images: () => trialImages(context, renderer),
    ...(context.arguments.values.has('text') ? { text: () => textOf(context) } : {}),
  });
  const specs: TrialSpec[] = [];
  for (const { where, value } of given) {
    try {
      specs.push(await complete(value, datasets, context));
    } catch (error) {
      if (error instanceof GradweaveError) error.message = `${where}: ${error.message}`;
      throw error;
    }
  }
  return specs;
}

async function textOf(context: CommandContext): Promise<{ name: string; text: string }> {
  const text = await givenText(context);
  if (text === undefined) throw new UsageError('--text is missing. Give a text file in UTF-8.');
  return text;
}

async function complete(
  value: unknown,
  datasets: TrialDatasets,
  context: CommandContext,
): Promise<TrialSpec> {
  const given = isObject(value) ? value : {};
  const { data, model } = given;
  // Both need the network; what is wrong with it is said by the check.
  const draft = { format: TRIAL_FORMAT, engine: PACKAGE_VERSION, options: {}, seed: 1, epochs: 1 };
  const bare = { kind: 'files', sha256: NO_HASH };
  const named = checkSpec({ ...draft, model, data: bare });
  const settings = settingsOf(pageOptionsOf(named));
  const usual = settings.data === 'text' ? 'text' : 'files';
  const spec = checkSpec({
    ...{ ...draft, epochs: settingsOf(new URLSearchParams({ model: named.model })).epochs },
    ...given,
    data: { kind: usual, sha256: NO_HASH, ...(isObject(data) ? data : {}) },
  });
  trialSettings(spec);
  checkGiven(spec.data, context);
  const sha256 = await datasets.hash(spec);
  const whole = checkSpec({ ...spec, data: { ...spec.data, sha256 } });
  if (isObject(data) && 'sha256' in data) await datasets.open(spec, () => {});
  return whole;
}
