import { OptionError } from '../../errors.ts';
import type { Node } from '../../graph/graph.ts';
import type { Transposed } from '../../ops/matmul.ts';
import type { Context } from './context.ts';

/** A matrix or its transpose. A weight [out, in], which lies as [in, out] on the GPU, is not transposed twice. */
function matrix(node: Node, transposed: boolean, context: Context): string {
  const weight = context.weight(node);
  if (transposed && weight?.isTurned) return weight.name;
  const plain = context.of(node);
  return transposed ? context.writer.add('Transpose', [plain], { perm: [1, 0] }) : plain;
}

/** A · B, with the bias that alone reads it: Gemm for two matrices, MatMul and Add for samples of several rows. */
export function exportMatmul(node: Node<Transposed>, context: Context): void {
  const [a, b] = node.inputs;
  const { transposeA, transposeB } = node.attributes;
  const { writer } = context;
  if (context.isBatch(b) || (transposeA && context.isBatch(a))) {
    throw new OptionError(
      'toOnnx(): matmul() multiplies samples of the batch with each other, which has no ONNX form; the batch may have any size there',
    );
  }
  const bias = context.follower(node as Node, 'addBias');
  const last = bias?.node ?? (node as Node);
  if (a.spec.shape.length === 2) {
    const turned = context.weight(b)?.isTurned && !transposeB;
    const factor = turned ? matrix(b, true, context) : context.of(b);
    const inputs = [context.of(a), factor, ...(bias ? [context.of(bias.vector)] : [])];
    const attributes = {
      ...(transposeA ? { transA: 1 } : {}),
      ...(turned || transposeB ? { transB: 1 } : {}),
    };
    context.set(last, writer.add('Gemm', inputs, attributes));
    return;
  }
  const product = writer.add('MatMul', [context.of(a), matrix(b, transposeB, context)]);
  context.set(last, bias ? writer.add('Add', [product, context.of(bias.vector)]) : product);
}
