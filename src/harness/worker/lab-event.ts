import type { EpochRecord } from '../../train/history.ts';
import type { TaskEvent } from '../protocol.ts';
import type { NetworkEnds } from './many-state.ts';

/** The state of a run. */
export type LabState = 'preparing' | 'running' | 'pausing' | 'paused' | 'ended';

/** An epoch of networks that are trained at once, by the index of their runs; absent for those that have ended. */
export interface NetworksEvent {
  readonly type: 'networks';
  readonly records: ReadonlyMap<number, EpochRecord>;
}

/** What is left of networks whose training has failed: the run of the best one, whose weights the worker has, and how they ended. */
export interface LeftEvent {
  readonly type: 'left';
  readonly best: number;
  readonly ends: NetworkEnds;
}

/** Events that the page gets during a call. */
export type LabEvent =
  | TaskEvent
  | NetworksEvent
  | LeftEvent
  | { readonly type: 'state'; readonly state: LabState }
  /** SHA-256 of the run's data; see `hashOfImages` and `hashOfText`. */
  | { readonly type: 'hash'; readonly sha256: string }
  /** The network has other widths than the settings say: those of its data. */
  | { readonly type: 'fitted'; readonly title: string }
  /** The run goes on from stored weights that have so many epochs, fewer than were trained: the later ones are left out. */
  | { readonly type: 'cut'; readonly epochs: number }
  /** The pictures of the network that is looked into were drawn, after so many epochs of its training. */
  | { readonly type: 'drawn'; readonly epochs: number }
  /** A character that the network writes on the user's wish. */
  | { readonly type: 'character'; readonly text: string };
