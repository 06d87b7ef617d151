import type { HostRequest } from '../bench/host.ts';
import type { TaskEvent, TaskName } from '../harness/protocol.ts';

/** What the command tells its child process: one task, once. */
export interface ChildTask {
  readonly task: TaskName;
  readonly options: Readonly<Record<string, string>>;
  /** What the page would fetch, e.g. `/data/train-images-idx3-ubyte.gz` → file. */
  readonly files: readonly (readonly [string, string])[];
  /** The file of the package `webgpu`; absent where the program has WebGPU itself. */
  readonly webgpu?: string;
  /** Whether somebody answers what the task asks of the command. */
  readonly hosted: boolean;
}

/** From the child. */
export type FromChild =
  | { readonly kind: 'event'; readonly event: TaskEvent }
  | { readonly kind: 'ask'; readonly id: number; readonly request: HostRequest };

/** To the child. */
export type ToChild =
  | { readonly kind: 'task'; readonly task: ChildTask }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly message: string };
