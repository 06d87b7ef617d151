import type { HostRequest } from '../bench/host.ts';
import type { TaskEvent, TaskName } from '../harness/protocol.ts';

/** The task that the command sends to its child process, once. */
export interface ChildTask {
  readonly task: TaskName;
  readonly options: Readonly<Record<string, string>>;
  /** Files that the page would fetch, e.g. `/data/train-images-idx3-ubyte.gz` → file. */
  readonly files: readonly (readonly [string, string])[];
  /** The file of the package `webgpu`; absent if the program itself has WebGPU. */
  readonly webgpu?: string;
  /** Whether the command answers the task's requests. */
  readonly hosted: boolean;
}

/** From the child. */
export type FromChild =
  | { readonly kind: 'event'; readonly event: TaskEvent }
  | { readonly kind: 'ask'; readonly id: number; readonly request: HostRequest }
  /** The answer to `stop`: whether there is a run that can. */
  | { readonly kind: 'stopping'; readonly able: boolean };

/** To the child. */
export type ToChild =
  | { readonly kind: 'task'; readonly task: ChildTask }
  /** Asks the run to stop at the end of a chunk of steps. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly message: string };
