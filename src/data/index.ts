/**
 * Data sets and files: Fashion-MNIST, drawn garments, IDX, gzip, safetensors, numpy's arrays. Takes bytes; who fetches
 * them is the app.
 *
 * @module data
 */
export type {
  AnySplit,
  ByteSplit,
  ImageDataset,
  ImageSource,
  ImageSplit,
  Images,
} from './dataset.ts';
export type { SafetensorsDtype, TensorArray } from './dtype.ts';
export {
  FASHION_MNIST,
  FASHION_MNIST_CLASSES,
  FASHION_MNIST_DEVIATION,
  FASHION_MNIST_FILES,
  FASHION_MNIST_MEAN,
  FASHION_MNIST_URLS,
  type FashionMnistFile,
} from './fashion-mnist.ts';
export { type BuiltInGarmentsOptions, builtInGarments } from './garments.ts';
export { type GunzipOptions, gunzip, isGzip, maybeGunzip } from './gzip.ts';
export {
  type IdxFile,
  type IdxImages,
  imagesFromIdx,
  labelsFromIdx,
  parseIdx,
  splitFromIdx,
} from './idx.ts';
export { loadFashionMnist } from './load-fashion-mnist.ts';
export { type NpyArray, type NpyData, parseNpy } from './npy.ts';
export { type NpzOptions, parseNpz } from './npz.ts';
export {
  parseSafetensors,
  type Safetensors,
  type SafetensorsTensor,
  type WritableTensor,
  writeSafetensors,
} from './safetensors.ts';
