import { GradweaveError } from '../../../src/errors.ts';

/** Node is too old. */
export class OldNodeError extends GradweaveError {
  override name = 'OldNodeError';
}

/** @throws {OldNodeError} if Node is older than the queue needs */
export function checkNode(version: string): void {
  const [major, minor] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return;
  throw new OldNodeError(
    `A sweep needs Node 22.12 or newer; this is Node ${version}. Start it with: npx gradweave sweep`,
  );
}
