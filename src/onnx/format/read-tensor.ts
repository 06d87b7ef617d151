import { decodeTensor, elementBytes, type SafetensorsDtype } from '../../data/dtype.ts';
import { DataError } from '../../errors.ts';
import { TYPES, typeName } from './model.ts';
import { bytesOf, type Field, fieldsOf, integerOf, pushIntegers, textOf } from './protobuf-read.ts';

/** A constant of a file. */
export interface ReadTensor {
  readonly name: string;
  /** A number of {@link TYPES}. */
  readonly type: number;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** Types that are numbers here; half precision is widened. */
const NUMBERS: ReadonlyMap<number, SafetensorsDtype> = new Map<number, SafetensorsDtype>([
  [TYPES.float, 'F32'],
  [TYPES.double, 'F64'],
  [TYPES.float16, 'F16'],
  [TYPES.bfloat16, 'BF16'],
  [TYPES.int64, 'I64'],
  [TYPES.int32, 'I32'],
  [TYPES.uint8, 'U8'],
  [TYPES.int8, 'I8'],
  [TYPES.bool, 'BOOL'],
]);

const MOST_DIMENSIONS = 8;

/** The elements of a shape. @throws DataError for a size below 0, or more than 2⁵³ elements */
function countOf(what: string, shape: readonly number[]): number {
  const count = shape.reduce((product, size) => (size >= 0 ? product * size : NaN), 1);
  if (Number.isSafeInteger(count)) return count;
  throw new DataError(
    `${what} has the shape [${shape.join(', ')}]; a size is an integer from 0 up. Get the file again.`,
  );
}

/** What a tensor's fields say. */
interface Parts {
  name: string;
  type: number;
  readonly shape: number[];
  raw?: Uint8Array;
  /** A file that has its numbers; a text even if it has no name. */
  elsewhere?: string;
  /** The fields of its numbers, if they are not raw. */
  readonly lists: Field[];
}

/** The fields of numbers by type: float_data, int32_data, int64_data and double_data. */
const LISTS = [4, 5, 7, 10];

function partsOf(bytes: Uint8Array): Parts {
  const parts: Parts = { name: '', type: 0, shape: [], lists: [] };
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) pushIntegers(parts.shape, field, MOST_DIMENSIONS);
    else if (field.number === 2) parts.type = integerOf(field);
    else if (field.number === 8) parts.name = textOf(field);
    else if (field.number === 9) parts.raw = bytesOf(field);
    else if (field.number === 13)
      parts.elsewhere = placeOf(bytesOf(field)) ?? parts.elsewhere ?? '';
    else if (field.number === 14 && integerOf(field) === 1) parts.elsewhere ??= '';
    else if (LISTS.includes(field.number)) parts.lists.push(field);
  }
  return parts;
}

/** The name of the file that an entry of external data gives, if it is that entry. */
function placeOf(bytes: Uint8Array): string | undefined {
  const texts = [...fieldsOf(bytes)].map(textOf);
  return texts[0] === 'location' ? texts[1] : undefined;
}

/** Reads a constant. @throws DataError if it is damaged, its numbers are in another file, or its type is not supported */
export function readTensor(bytes: Uint8Array): ReadTensor {
  const { name, type, shape, raw, elsewhere, lists } = partsOf(bytes);
  const what = `The constant ${JSON.stringify(name.slice(0, 60))}`;
  if (elsewhere !== undefined) {
    throw new DataError(
      `${what} has its numbers in another file${elsewhere === '' ? '' : `, ${JSON.stringify(elsewhere.slice(0, 60))}`}; fromOnnx() takes one file. Export it with external_data=False, or save it with onnx.save(model, path, save_as_external_data=False).`,
    );
  }
  const dtype = NUMBERS.get(type);
  if (!dtype) {
    throw new DataError(
      `${what} is of ${typeName(type)}; supported are ${[...NUMBERS.keys()].map(typeName).join(', ')}.`,
    );
  }
  const count = countOf(what, shape);
  if (raw) {
    if (raw.length !== count * elementBytes(dtype)) {
      throw new DataError(
        `${what} has ${raw.length} bytes; its shape [${shape.join(', ')}] of ${typeName(type)} has ${count * elementBytes(dtype)}. Get the file again.`,
      );
    }
    const decoded = decodeTensor(dtype, new Uint8Array(raw));
    const values =
      decoded instanceof BigInt64Array
        ? Float64Array.from(decoded, Number)
        : (decoded as Float32Array);
    return { name, type, shape, values };
  }
  const values = listed(what, type, lists, count);
  if (values.length === count) return { name, type, shape, values };
  throw new DataError(
    `${what} has ${values.length} numbers; its shape [${shape.join(', ')}] has ${count}. Get the file again.`,
  );
}

/** The numbers of a tensor that are no raw bytes. */
function listed(
  what: string,
  type: number,
  lists: readonly Field[],
  count: number,
): ArrayLike<number> {
  const at = { [TYPES.float]: 4, [TYPES.int64]: 7, [TYPES.double]: 10 }[type] ?? 5;
  if (at === 5 && [TYPES.float16, TYPES.bfloat16].includes(type as 10)) {
    throw new DataError(`${what} has half-precision numbers that are no raw bytes; save it anew.`);
  }
  const own = lists.filter(({ number }) => number === at);
  if (at === 5 || at === 7) {
    const integers: number[] = [];
    for (const field of own) pushIntegers(integers, field, count);
    return integers;
  }
  const size = at === 4 ? 4 : 8;
  const whole = own.reduce((sum, field) => sum + bytesOf(field).length, 0);
  if (whole !== count * size) return { length: whole / size };
  const joined = new Uint8Array(whole);
  let end = 0;
  for (const field of own) {
    joined.set(bytesOf(field), end);
    end += bytesOf(field).length;
  }
  return at === 4 ? new Float32Array(joined.buffer) : new Float64Array(joined.buffer);
}
