import { checkKeys, describe, isInteger } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Linked, LinkOptions } from '../gpu/link.ts';
import type { Arena } from './executor.ts';
import type { Ref } from './op.ts';
import { type Plan, wrap } from './plan.ts';
import type { PlannedDispatch } from './planned-dispatch.ts';

/** What `explain()` prints besides the plan. */
export interface ExplainOptions {
  /**
   * Also print the WGSL as it is compiled. `true` prints every kernel once; a number prints only the kernel of the
   * dispatch with this number in the table. Default false.
   */
  readonly wgsl?: boolean | number;
}

/**
 * A plan's table, and with `wgsl` the WGSL of its kernels, which are linked again for this.
 *
 * @param dispatches those of a step
 * @param link how the kernels were linked
 * @throws OptionError if an option is unknown, or no dispatch has the number
 */
export function explain(
  plan: Plan,
  arena: Arena,
  options: ExplainOptions,
  dispatches: readonly PlannedDispatch[] = plan.dispatches,
  link: LinkOptions<Ref> = {},
): string {
  checkKeys('explain()', options, ['wgsl']);
  const { wgsl = false } = options;
  if (typeof wgsl !== 'boolean' && !(isInteger(wgsl) && dispatches[wgsl - 1])) {
    throw new OptionError(
      `wgsl ${describe(wgsl)} was given; use true, or a dispatch from 1 to ${dispatches.length}`,
    );
  }
  const kernels = new Map<string, { readonly linked: Linked<Ref>; readonly users: string[] }>();
  for (const [i, dispatch] of dispatches.entries()) {
    if (!wgsl || (wgsl !== true && wgsl !== i + 1)) continue;
    const linked = arena.link(dispatch, link);
    const kernel = kernels.get(linked.code) ?? { linked, users: [] };
    kernel.users.push(`${i + 1} (${dispatch.label})`);
    kernels.set(linked.code, kernel);
  }
  const texts = [...kernels.values()].map(
    ({ linked, users }) => `${headingOf(linked, users)}\n\n${linked.code}`,
  );
  return [plan.explain(dispatches), ...texts].join('\n\n');
}

/** A kernel's dispatches, files, workgroup size and constants, as WGSL comments. */
function headingOf({ code, files, constants }: Linked<Ref>, users: readonly string[]): string {
  const [, size = ''] = /@workgroup_size\(([^)]*)\)/.exec(code) ?? [];
  const sides = size.split(', ').map((side) => constants[side] ?? side);
  const values = Object.entries(constants).map(([name, value]) => `${name}=${value}`);
  return [
    `Kernel of dispatch ${users.join(', ')}`,
    `Files: ${files.join(', ')}`,
    `Entry point: main, workgroup size ${sides.join('×')}`,
    `Constants: ${values.join(', ') || 'none'}`,
  ]
    .map((line) => wrap('// ', line))
    .join('\n');
}
