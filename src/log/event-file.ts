/**
 * TensorBoard's event files: TFRecords, each of them an Event. Field numbers are those of tensorflow/core/util/event.proto,
 * tensorflow/core/framework/summary.proto and tensorboard/plugins/hparams/plugin_data.proto.
 */

import { Message } from '../data/protobuf.ts';
import { maskedCrc } from './checksums.ts';
import { type Histogram, limitsOf } from './histogram.ts';
import type { EndRecord, Facts, ImageRecord } from './records.ts';

/** A TFRecord: its length, a CRC of the length, the data, a CRC of the data. */
export function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setUint32(0, data.length, true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

/** One value of a summary. */
export type Value = Message;

const event = (time: number): Message => new Message().double(1, time);

/** The first record of a file. @param time seconds since 1970 */
export const fileVersion = (time: number): Uint8Array =>
  tfRecord(event(time).bytes(3, 'brain.Event:2').finish());

/** A record with the values of a step, or of an epoch. */
export function summaryRecord(time: number, step: number, values: readonly Value[]): Uint8Array {
  const summary = new Message();
  for (const value of values) summary.bytes(1, value);
  return tfRecord(event(time).int(2, step).bytes(5, summary).finish());
}

export const scalar = (tag: string, value: number): Value =>
  new Message().bytes(1, tag).float(2, value);

export function histogram(tag: string, found: Histogram): Value {
  const { min, max, count, sum, sumOfSquares, counts } = found;
  const numbers = new Message().double(1, min).double(2, max).double(3, count);
  numbers.double(4, sum).double(5, sumOfSquares);
  return new Message()
    .bytes(1, tag)
    .bytes(5, numbers.doubles(6, limitsOf(found)).doubles(7, counts));
}

export function image({ tag, width, height, channels, png }: ImageRecord): Value {
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
  const picture = new Message().int(1, height).int(2, width).int(3, channels).bytes(4, bytes);
  return new Message().bytes(1, tag).bytes(4, picture);
}

/** A value of the plugin for hyperparameters, whose content is in the metadata. */
function hparams(tag: string, data: Message): Value {
  const plugin = new Message().bytes(1, 'hparams').bytes(2, data);
  // TensorBoard asks for a tensor: one float32 that is 0.
  const shape = new Message().bytes(2, new Message().int(1, 1));
  const tensor = new Message().int(1, 1).bytes(2, shape).bytes(5, new Uint8Array(4));
  return new Message()
    .bytes(1, `_hparams_/${tag}`)
    .bytes(8, tensor)
    .bytes(9, new Message().bytes(1, plugin));
}

/** A run's options for the plugin for hyperparameters. @param time seconds since 1970 */
export function sessionStart(options: Facts, time: number): Value {
  const info = new Message();
  for (const [name, fact] of Object.entries(options)) {
    // google.protobuf.Value, of a map's entry.
    const value = new Message();
    if (typeof fact === 'number') value.double(2, fact);
    else if (typeof fact === 'boolean') value.int(4, Number(fact));
    else value.bytes(3, fact ?? '');
    info.bytes(1, new Message().bytes(1, name).bytes(2, value));
  }
  info.double(5, time);
  return hparams('session_start_info', new Message().bytes(3, info));
}

const STATUS = { finished: 1, failed: 2, killed: 2 } as const;

export function sessionEnd({ state, time }: EndRecord): Value {
  const info = new Message().int(1, STATUS[state]).double(2, time);
  return hparams('session_end_info', new Message().bytes(4, info));
}
