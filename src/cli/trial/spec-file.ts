import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { parseStrictJson } from '../../data/strict-json.ts';
import { GradweaveError } from '../../errors.ts';
import { UsageError } from '../errors.ts';

/** A trial as it was given: parsed, but not checked. */
export interface GivenSpec {
  /** Where it was, for messages. */
  readonly where: string;
  readonly value: unknown;
}

/**
 * The trials of `SPEC`: JSON itself, a file, or standard input (`-`); one, or one a line.
 *
 * @param line the only line to take, from 1
 * @throws {UsageError} if it cannot be read, or is not JSON
 */
export async function readSpecs(given: string, line?: number): Promise<readonly GivenSpec[]> {
  const where = given === '-' ? 'standard input' : isJson(given) ? 'SPEC' : `'${given}'`;
  const lines = (await textOf(given)).replace(/^\ufeff/, '').split(/\r?\n/);
  if (line !== undefined) {
    const one = lines[line - 1]?.trim() ?? '';
    if (one !== '') return [parsed(one, `line ${line} of ${where}`)];
    const count = lines.filter((text) => text.trim() !== '').length;
    throw new UsageError(
      `--line ${line}: ${where} has no such trial; it has ${count}. Lines count from 1.`,
    );
  }
  const full = lines.filter((text) => text.trim() !== '');
  if (full.length === 0) throw new UsageError(`${where} is empty. Give a trial as JSON.`);
  if (full.length > 1 && full.every((text) => isJson(text) && isClosed(text))) {
    return lines.flatMap((text, i) =>
      text.trim() === '' ? [] : [parsed(text, `line ${i + 1} of ${where}`)],
    );
  }
  return [parsed(lines.join('\n'), where)];
}

/** The only trial of `SPEC`. @throws {UsageError} as {@link readSpecs}, and if there are several */
export async function readSpec(given: string, line?: number): Promise<GivenSpec> {
  const [first, ...more] = await readSpecs(given, line);
  if (more.length === 0) return first;
  throw new UsageError(
    `'${given}' has ${more.length + 1} trials, one a line. Give the line of one: --line N, from 1.`,
  );
}

const isJson = (text: string): boolean => text.trimStart().startsWith('{');
const isClosed = (text: string): boolean => text.trimEnd().endsWith('}');

async function textOf(given: string): Promise<string> {
  if (isJson(given)) return given;
  if (given === '-') return readAll(process.stdin);
  return readFile(given, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EISDIR' ? 'is a folder' : `cannot be read (${cause.code})`;
    throw new UsageError(
      `'${given}' ${why}. Give a file with a trial as JSON, or - for standard input.`,
    );
  });
}

function parsed(text: string, where: string): GivenSpec {
  try {
    return { where, value: parseStrictJson(text, where) };
  } catch (error) {
    if (error instanceof GradweaveError) throw new UsageError(error.message);
    throw error;
  }
}
