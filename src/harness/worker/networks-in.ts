import type { ManyRun } from '../tasks/many-runs.ts';
import { needColour, needSide } from '../tasks/own-colour.ts';
import { groupsIn } from '../tasks/run-groups.ts';
import { settingsOf } from '../tasks/settings.ts';

/** How many networks settings train, and of how many values each of what may be given several times. */
export interface NetworkCounts {
  readonly networks: number;
  readonly seeds: number;
  readonly rates: number;
  readonly dropouts: number;
}

/** Why settings train nothing. Texts are the command's, in English. */
export interface WrongSetting {
  /** Its name in the address; empty if it is not known. */
  readonly wrong: string;
  readonly given: string;
  /** What it must be. */
  readonly need: string;
}

/** The visitor's own data, as far as settings have to fit them. */
export interface OwnSamples {
  /** How many there are to train on. */
  readonly samples: number;
  /** Of images: numbers of a pixel. */
  readonly channels?: number;
  /** Of images: rows and columns. */
  readonly size?: { readonly height: number; readonly width: number };
}

/**
 * The networks that a query trains, or the setting that cannot be.
 *
 * @param own the visitor's own data. Default: they are not known
 */
export function networksIn(query: string, own?: OwnSamples): NetworkCounts | WrongSetting {
  try {
    const groups = groupsIn(query);
    for (const [{ options }] of groups) {
      const { batchSize, data } = settingsOf(options);
      if (options.get('data') !== 'own' || data === 'text') continue;
      if (own?.channels) needColour(options, own.channels);
      if (own?.size) needSide(options, own.size);
      const most = Math.min(
        own?.samples ?? Infinity,
        Number(options.get('train-limit') ?? Infinity),
      );
      if (batchSize > most) {
        const need = `at most ${most}: there are no more samples to train on`;
        return { wrong: 'batch-size', given: String(batchSize), need };
      }
    }
    const [first] = groups;
    const all = groups.map(([{ own }]) => own);
    return {
      networks: groups.length * first.length,
      seeds: first.length,
      rates: valuesOf(all, 'lr'),
      dropouts: valuesOf(all, 'dropout'),
    };
  } catch (error) {
    const { message } = error as Error;
    const [, wrong = '', given = '', need = message] =
      /^([\w-]+)=(.*?) was given; it must be (.*)$/s.exec(message) ?? [];
    return { wrong, given, need };
  }
}

/** How many values an option has; 1 if it is not of several. */
const valuesOf = (all: readonly ManyRun['own'][], name: string): number =>
  new Set(all.map((own) => own[name])).size;
