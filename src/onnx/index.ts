/**
 * ONNX: trained models as files for other runtimes, and networks of other frameworks as models.
 *
 * @module onnx
 */
export { type Attribute, Float } from './format/model.ts';
export { type FromOnnxOptions, fromOnnx, type ImportedModel } from './in/from-onnx.ts';
export type { ToOnnxOptions } from './out/options.ts';
export type { OnnxWriter, OwnExporter } from './out/own-writer.ts';
export { toOnnx } from './out/to-onnx.ts';
export type { Attributes } from './out/writer.ts';
