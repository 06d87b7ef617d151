import { ShaderError } from '../errors.ts';
import { type Line, where } from './line.ts';

/** Evaluates an expression of unsigned integers, names of constants, + - * / % and parentheses. */
export function evaluate(
  expression: string,
  constants: Readonly<Record<string, number>>,
  line: Line,
): number {
  const tokens = expression.match(/\d+|\w+|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new ShaderError(`${where(line)}: "${expression}" must be an expression of constants`);
  };
  const primary = (): number => {
    const token = tokens[at++] ?? fail();
    if (token === '(') {
      const value = sum();
      if (tokens[at++] !== ')') fail();
      return value;
    }
    if (/^\d/.test(token)) {
      if (tokens[at] === 'u') at++;
      return Number(token.replace(/u$/, ''));
    }
    return constants[token] ?? fail();
  };
  const product = (): number => {
    let value = primary();
    for (let sign = tokens[at]; sign === '*' || sign === '/' || sign === '%'; sign = tokens[at]) {
      at++;
      const right = primary();
      if (sign === '*') value *= right;
      else if (right === 0) fail();
      else value = sign === '/' ? Math.floor(value / right) : value % right;
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let sign = tokens[at]; sign === '+' || sign === '-'; sign = tokens[at]) {
      at++;
      value = sign === '+' ? value + product() : value - product();
    }
    return value;
  };
  const value = sum();
  return at === tokens.length ? value : fail();
}
