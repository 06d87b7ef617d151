import { isArray } from '../../check.ts';
import type { ReadNode } from '../format/read-model.ts';
import { Missing } from './values.ts';

/** A number among a node's attributes. @throws Missing if it is something else */
export function numberOf({ op, attributes }: ReadNode, name: string, usual: number): number {
  const given = attributes.get(name) ?? usual;
  if (typeof given === 'number' && Number.isFinite(given)) return given;
  throw new Missing(`${op} with another ${name} than a number`);
}

/** A list of numbers among a node's attributes; undefined if it is left out. @throws Missing if it is something else */
export function numbersOf(
  { op, attributes }: ReadNode,
  name: string,
): readonly number[] | undefined {
  const given = attributes.get(name);
  if (given === undefined) return undefined;
  if (isArray(given)) return given as readonly number[];
  throw new Missing(`${op} with another ${name} than numbers`);
}

/** A text among a node's attributes. */
export function textOf({ attributes }: ReadNode, name: string, usual: string): string {
  const given = attributes.get(name) ?? usual;
  return typeof given === 'string' ? given : '?';
}

/** @throws Missing unless an attribute is as layers have it */
export function mustBe(node: ReadNode, name: string, usual: number, wanted = usual): void {
  const given = numberOf(node, name, usual);
  if (given !== wanted) throw new Missing(`${node.op} with ${name} ${given}`);
}
