import { isFloat } from '../data/dtype.ts';
import type { Called, Tensors } from './file-tensors.ts';

/** A layer's tensors: their names in the layer, and their full names. */
type Layer = Map<string, string>;

/** Groups names by the part before the last dot. */
function layersOf(names: Iterable<string>): Map<string, Layer> {
  const layers = new Map<string, Layer>();
  for (const name of names) {
    const dot = name.lastIndexOf('.');
    const layer = name.slice(0, Math.max(0, dot));
    layers.set(layer, (layers.get(layer) ?? new Map()).set(name.slice(dot + 1), name));
  }
  return layers;
}

/**
 * Matches layers by the shapes of their tensors, one to one. Layers with the same shapes are distinguished
 * only by the numbers in their names: `fc2` comes before `fc10`, `0.2` before `1`.
 *
 * @returns the file's names by the model's; undefined if a tensor is left over, or there is more than one way
 */
export function byLayers(
  called: Called,
  tensors: Tensors,
  wanted: ReadonlyMap<string, readonly number[]>,
): Called | undefined {
  if (called.size !== wanted.size) return undefined;
  const files = layersOf(called.keys());
  const models = layersOf(wanted.keys());
  if (files.size !== models.size) return undefined;
  const shapeOf = (name: string): string => {
    const tensor = tensors.get(called.get(name) ?? '');
    return tensor && isFloat(tensor.dtype) ? tensor.shape.join() : (tensor?.dtype ?? '');
  };
  const kindOf = (layer: Layer, shape: (name: string) => string | undefined): string =>
    [...layer]
      .map(([own, name]) => `${own} ${shape(name)}`)
      .sort()
      .join();

  const waiting = new Map<string, string[]>();
  for (const [name, layer] of files) {
    const kind = kindOf(layer, shapeOf);
    waiting.set(kind, [...(waiting.get(kind) ?? []), name]);
  }
  for (const alike of waiting.values()) {
    if (alike.some((a, i) => alike.slice(i + 1).some((b) => !order(a, b)))) return undefined;
    alike.sort(order);
  }
  const found = new Map<string, string>();
  const taken: string[] = [];
  for (const layer of models.values()) {
    const name = waiting.get(kindOf(layer, (one) => wanted.get(one)?.join()))?.shift();
    if (name === undefined) return undefined;
    // Numbers against the model's order mean another network.
    if (taken.some((earlier) => order(earlier, name) > 0)) return undefined;
    taken.push(name);
    for (const [own, full] of layer) {
      found.set(full, called.get(files.get(name)?.get(own) ?? '') ?? '');
    }
  }
  return found;
}

/** Compares two layers by the first number in which their names differ; 0 if there is none. */
function order(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  const at = left.findIndex((part, i) => part !== right[i]);
  const [one, other] = [left[at], right[at]].map((part) => /^(.*?)(\d{1,9})$/s.exec(part ?? ''));
  if (!one || !other || one[1] !== other[1]) return 0;
  return Number(one[2]) - Number(other[2]);
}
