/** A mistake: one change of one file, and a pattern of the tests of which one at least must fail. */
export interface Mutation {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly tests: string;
}

export const MUTATIONS: readonly Mutation[];
