import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { asMatrix, type Shaped, sizeOf, spec, storageOf } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { linearGrid } from './map.ts';

/** The program's buffer that {@link pack} writes: f32, rows without padding. */
export const PACKED = 'packed';

const packed: Ref = { kind: 'program', name: PACKED };

/** The part that stores the elements of a chain packed: as they are, if the shape needs no padding. */
export function packedStore(of: Shaped): Part<Ref> {
  const { rows, columns, paddedRows, columns4 } = storageOf(of);
  if (rows === paddedRows && columns === 4 * columns4) {
    return use(wgsl.storeElement, { bindings: { result: packed } });
  }
  return use(wgsl.storeElementPacked, {
    constants: { PACKED_ROWS: rows, PACKED_COLUMNS: columns },
    bindings: { packed },
  });
}

export const packOp: Op<object> = {
  name: 'pack',
  residence: 'effect',
  infer: ([x]) => spec(asMatrix('the input of pack', x)),
  dispatch: ({ name, inputs: [x] }) => {
    const { rows, columns } = storageOf(x.spec);
    const { grid, width } = linearGrid(rows * columns);
    return {
      label: name,
      parts: [
        use(wgsl.outputPack, {
          constants: { PACKED_ROWS: rows, PACKED_COLUMNS: columns, GRID_WIDTH: width },
          bindings: { x: ref(x), packed },
        }),
      ],
      grid,
      flop: sizeOf(x.spec.shape),
    };
  },
};

export const packReference: Reference = (_, [x]) => x;

/** Writes a matrix to the program's buffer {@link PACKED}, row by row without padding. */
export function pack(x: Node): Node {
  return x.graph.add(packOp, [x], {});
}
