import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isObject } from '../../../src/check.ts';
import { checkPlan } from './check.ts';
import type { CheckedPlan } from './checked.ts';
import { PlanError } from './error.ts';
import type { Plan } from './plan.ts';

const FORMS =
  'a plan is a file .json, .mjs, .js, .ts or .mts, or a shipped one: paper, paper-short';

/**
 * Reads and checks the plan of a file: JSON, or a module whose default export is the plan or a function that returns it.
 *
 * @param fields given elsewhere, as on the command line; they replace the plan's
 * @throws PlanError that names the file
 */
export async function loadPlan(path: string, fields: Partial<Plan> = {}): Promise<CheckedPlan> {
  const given = await readPlan(path);
  try {
    return checkPlan(isObject(given) ? { ...given, ...fields } : given);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    const inFile = new PlanError(error.at, '', { cause: error });
    inFile.message = `${path}: ${error.message}`;
    throw inFile;
  }
}

async function readPlan(path: string): Promise<unknown> {
  switch (extname(path)) {
    case '.json':
      return readJson(path);
    case '.mjs':
    case '.js':
    case '.ts':
    case '.mts':
      return readModule(path);
    default:
      throw failed(
        path,
        `${extname(path) === '' ? 'it is no name of a plan' : `its name ends in '${extname(path)}'`}; ${FORMS}`,
      );
  }
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'ENOENT'
        ? 'there is no such file'
        : `it cannot be read (${error.code ?? error.message})`;
    throw failed(path, why, error);
  });
  try {
    // Editors of Windows begin files with a mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw failed(path, `it is no JSON: ${(error as Error).message}`, error);
  }
}

async function readModule(path: string): Promise<unknown> {
  const { href } = pathToFileURL(resolve(path));
  const module = await import(href).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      const need = `Node ${process.versions.node} cannot run TypeScript; use Node 22.18 or newer, NODE_OPTIONS=--experimental-strip-types, or a file .mjs`;
      throw failed(path, need, error);
    }
    if (error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
      const need =
        'Node runs TypeScript by taking its types away, so leave out enums, namespaces and the like';
      throw failed(path, `${error.message}; ${need}`, error);
    }
    throw failed(path, `it cannot be run: ${error.message}`, error);
  });
  const { default: given } = module as { default?: unknown };
  if (given === undefined) throw failed(path, 'it has no default export; export default { … }');
  if (typeof given !== 'function') return given;
  try {
    return await given();
  } catch (error) {
    throw failed(
      path,
      `its function throws: ${error instanceof Error ? error.message : error}`,
      error,
    );
  }
}

function failed(path: string, why: string, cause?: unknown): PlanError {
  const error = new PlanError('', why, { cause });
  error.message = `${path}: ${why}`;
  return error;
}
