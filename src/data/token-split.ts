/** Tokens in memory: integers from 0 to below the model's outputs. */
export type Tokens = Uint8Array | Uint16Array | Uint32Array;

/**
 * Samples of a sequence of tokens: sample i is the `length` tokens from i · `stride` on, and learns for each of them the
 * token behind it. The windows are not copied: the GPU has the tokens once and reads them where they lie.
 */
export interface TokenSplit {
  /** At least `length` + 1. */
  readonly tokens: Tokens;
  /** Tokens of a sample, as the model takes: T for the input shape [T]. */
  readonly length: number;
  /** From one sample to the next. Default 1: every token begins a sample that is long enough. */
  readonly stride?: number;
}

/** Sequences of tokens to train on. The model's outputs are [T, classes]: logits of the next token at each position. */
export interface TokenDataset {
  /** Default `tokens`. */
  readonly name?: string;
  /** The name of each token; as many as the model has outputs at each position. */
  readonly classes?: readonly string[];
  /** The data to train on. */
  readonly train: TokenSplit;
  /** The data to evaluate on. Default none. */
  readonly test?: TokenSplit;
}
