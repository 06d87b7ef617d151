import type { Activity } from '../gpu/activity.ts';
import type { Workspace } from '../gpu/workspace.ts';
import type { ParameterStore } from '../graph/store.ts';
import type { Model } from '../nn/model.ts';
import { type State, writeState } from '../nn/state.ts';
import { type CopyOptions, checkCopy, copyParameters, type ParameterHolder } from '../ops/blend.ts';

/** What holds parameters that a caller may change: a trainer or an inference. */
export interface Held {
  readonly workspace: Workspace;
  readonly activity: Activity;
  readonly model: Model;
  readonly store: ParameterStore;
  /** Called before its parameters change. */
  readonly changes?: (() => void) | undefined;
  /** Called after they were changed. */
  readonly changed?: (() => void) | undefined;
  /** Whether an inference's parameters were set; they are zeros before. */
  filled?: boolean;
}

/**
 * Sets parameters in PyTorch's layout.
 *
 * @returns the names of those that were not given
 * @throws OptionError, ShapeError, DataError if they do not fit; BusyError in the middle of an epoch, and while they
 *   are read
 */
export function loadInto(held: Held, parameters: State): string[] {
  const { workspace, activity, store, model, changes, changed } = held;
  workspace.assertAlive();
  activity.assertRests('load()');
  activity.assertUnread('load()');
  changes?.();
  writeState(store, model, parameters);
  held.filled = true;
  changed?.();
  return model.parameters.flatMap(({ name }) => (parameters.has(name) ? [] : name));
}

/**
 * Copies parameters on the GPU, after all steps that were submitted before.
 *
 * @throws OptionError, ShapeError if they cannot be copied; BusyError in the middle of an epoch; DestroyedError
 */
export async function copyInto(
  held: Held,
  other: ParameterHolder,
  options: CopyOptions,
): Promise<void> {
  const { workspace, activity, store, changes, changed } = held;
  workspace.assertAlive();
  const copy = checkCopy(workspace, store, other, options);
  activity.assertRests('copyFrom()');
  await workspace.lifetime.run(async () => {
    let blend: (() => Promise<void>) | undefined;
    if (copy.mix < 1) {
      const { blender } = await import('../ops/blender.ts');
      blend = await blender(workspace, store, copy);
    }
    if (activity.reading()) await activity.quiet();
    activity.assertRests('copyFrom()');
    changes?.();
    await (blend ? blend() : copyParameters(workspace, store, copy));
    held.filled = true;
    changed?.();
  });
}
