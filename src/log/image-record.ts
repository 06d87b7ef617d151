import type { Model } from '../nn/model.ts';
import type { StateTensor } from '../nn/state.ts';
import { pngOf } from './png.ts';
import type { ImageRecord } from './records.ts';
import { weightPicture } from './weight-picture.ts';

/** The record of the picture of a model's first layer; undefined if there is none. @param time seconds since 1970 */
export function imageRecord(
  model: Model,
  parameters: ReadonlyMap<string, StateTensor>,
  epoch: number,
  time: number,
): ImageRecord | undefined {
  const found = weightPicture(model, parameters);
  if (!found) return undefined;
  const { name, picture } = found;
  const { width, height, channels } = picture;
  let text = '';
  for (const byte of pngOf(picture)) text += String.fromCharCode(byte);
  const tag = `first layer/${name}`;
  return { type: 'image', epoch, time, tag, width, height, channels, png: btoa(text) };
}
