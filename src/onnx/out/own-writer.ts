import { describe, isArray, isNumbers, isObject } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import type { Node } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { isShape } from '../../nn/layers/parameters.ts';
import { Float } from '../format/model.ts';
import type { Attributes, GraphWriter } from './writer.ts';

/** What an exporter of yours writes with. Each call returns the name of the value that it makes. */
export interface OnnxWriter {
  /**
   * Adds an operator of ONNX's with one output.
   *
   * @param inputs names of values; an empty one leaves an input out
   * @param attributes integers, lists of them, texts, or `new Float(0.5)`. Default none
   * @throws OptionError if an argument has a wrong type
   */
  add(op: string, inputs: readonly string[], attributes?: Attributes): string;
  /** Adds a constant of float32. @throws OptionError unless its shape has as many numbers; `[]` is a single one */
  floats(values: ArrayLike<number>, shape: readonly number[]): string;
  /** Adds a constant of int64, as shapes are: a list. @throws OptionError unless they are integers */
  integers(values: readonly number[]): string;
}

/**
 * Writes a node of an op of yours.
 *
 * @param inputs the names of its inputs' values, in the engine's order: images [batch, height, width, channels]
 * @returns the name of its value
 */
export type OwnExporter = (writer: OnnxWriter, inputs: readonly string[], node: Node) => string;

const areTexts = (given: unknown): boolean =>
  isArray(given) && [...given].every((one) => typeof one === 'string');

const isAttribute = (given: unknown): boolean =>
  Number.isSafeInteger(given) ||
  typeof given === 'string' ||
  given instanceof Float ||
  (isArray(given) && [...given].every(Number.isSafeInteger));

/** A writer that checks what it is told. */
export const ownWriter = (writer: GraphWriter): OnnxWriter => ({
  add(op, inputs, attributes = {}) {
    if (typeof op !== 'string' || op === '' || !areTexts(inputs)) {
      throw new OptionError(
        `writer.add() takes an operator and the names of its inputs, as ('Neg', [x]); ${describe(op)} and ${describe(inputs)} were given`,
      );
    }
    const odd = isObject(attributes)
      ? Object.keys(attributes).find((name) => !isAttribute(attributes[name]))
      : '';
    if (odd !== undefined) {
      throw new OptionError(
        `writer.add(${describe(op)}): ${odd === '' ? `the attributes are ${describe(attributes)}` : `${odd} is ${describe(attributes[odd])}`}; use integers, lists of them, texts, or new Float(0.5)`,
      );
    }
    return writer.add(op, inputs, attributes);
  },
  floats(values, shape) {
    const isRight = isNumbers(values) && (isShape(shape) ? sizeOf(shape) : 0) === values.length;
    if (isRight) return writer.floats(values, shape);
    throw new OptionError(
      `writer.floats() takes numbers and their shape, as ([1, 2], [2]); ${describe(values)} and ${describe(shape)} were given`,
    );
  },
  integers(values) {
    if (isArray(values) && [...values].every(Number.isSafeInteger)) return writer.integers(values);
    throw new OptionError(
      `writer.integers() takes a list of integers; ${describe(values)} was given`,
    );
  },
});
