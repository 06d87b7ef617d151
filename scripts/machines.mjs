/**
 * Runs a command on a simulated machine, with other Vulkan drivers.
 *
 *   node scripts/machines.mjs KIND [--] COMMAND…
 *   node scripts/machines.mjs --list
 *
 * Nothing is installed: the drivers' packages are unpacked into a folder, which covers /usr for this command
 * only (a mount namespace with an overlay). Other programs do not see it. Needs root, on Debian 12 or similar.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ICD = 'usr/share/vulkan/icd.d';
const BROKEN = { ICD: { library_path: 'libvulkan_missing.so', api_version: '1.3.0' } };

/** @type {Record<string, { says: string, make?: (root: string) => void, env?: Record<string, string> }>} */
export const MACHINES = {
  'no-driver': { says: 'no Vulkan driver', make: hideDrivers },
  'mesa-22': {
    says: 'Mesa 22 (Debian 12): its lavapipe hangs Chrome',
    make: (root) => unpack(root, 'bookworm'),
  },
  'mesa-25': {
    says: 'Mesa 25 (Debian 12 backports): lavapipe works',
    make: (root) => unpack(root, 'bookworm-backports'),
  },
  broken: {
    says: 'a driver whose library is missing',
    make: (root) => {
      hideDrivers(root);
      addBroken(root);
    },
  },
  several: {
    says: 'Mesa 22, and a driver without its library',
    make: (root) => {
      unpack(root, 'bookworm');
      addBroken(root);
    },
  },
  named: {
    says: 'no driver, and a broken one in VK_DRIVER_FILES',
    make: (root) => {
      hideDrivers(root);
      writeFileSync(join(root, 'broken.json'), JSON.stringify(BROKEN));
    },
    env: { VK_DRIVER_FILES: 'broken.json', VK_ICD_FILENAMES: 'broken.json' },
  },
  'no-sandbox': { says: 'an ordinary user; Chrome’s sandbox fails' },
};

/**
 * Runs a command on a machine of this kind.
 *
 * @param {string} kind
 * @param {readonly string[]} command
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {import('node:child_process').SpawnSyncReturns<string | Buffer>}
 * @throws {Error} if the kind is unknown, or the machine cannot be simulated here.
 */
export function onMachine(kind, command, options = {}) {
  const machine = MACHINES[kind];
  if (!machine)
    throw new Error(`'${kind}' is not a kind of machine; use ${Object.keys(MACHINES).join(', ')}`);
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error('Simulated machines need mount namespaces: run this on Linux as root.');
  }
  if (!machine.make) return spawnSync('bash', ['-c', WITHOUT_SANDBOX, kind, ...command], options);
  const root = rootOf(kind, machine.make);
  const env = { ...(options.env ?? process.env) };
  for (const [name, file] of Object.entries(machine.env ?? {})) env[name] = join(root, file);
  const script = `mount -t overlay overlay -o "lowerdir=$0/usr:/usr" /usr && exec "$@"`;
  const given = ['-m', '--propagation', 'private', 'bash', '-c', script, root, ...command];
  return spawnSync('unshare', given, { ...options, env });
}

/** Runs as the user nobody, in a user namespace that allows no further ones. */
const WITHOUT_SANDBOX = `
set -e
gate=$(mktemp -u); mkfifo "$gate"
unshare --user bash -c '
  read -r _ < "$0"
  exec setpriv --reuid=0 --regid=0 --clear-groups bash -c "
    echo 0 > /proc/sys/user/max_user_namespaces &&
    exec setpriv --reuid=65534 --regid=65534 --clear-groups \\"\\$@\\"" _ "$@"' "$gate" "$@" &
child=$!
sleep 0.3
echo "0 0 65536" > /proc/$child/uid_map
echo "0 0 65536" > /proc/$child/gid_map
echo > "$gate"; rm "$gate"
wait $child
`;

/** The folder that covers the machine's /usr; created once. */
function rootOf(kind, make) {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const root = join(cache, 'gradweave-machines', kind);
  const done = join(root, '.done');
  if (existsSync(done)) return root;
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'usr'), { recursive: true });
  make(root);
  writeFileSync(done, '');
  return root;
}

/** In an overlay, a device file with number 0 hides the file below it. */
function hideDrivers(root) {
  const folder = join(root, ICD);
  mkdirSync(folder, { recursive: true });
  const installed = existsSync(`/${ICD}`) ? readdirSync(`/${ICD}`) : [];
  for (const name of installed) execFileSync('mknod', [join(folder, name), 'c', '0', '0']);
}

function addBroken(root) {
  mkdirSync(join(root, ICD), { recursive: true });
  writeFileSync(join(root, ICD, 'a_broken.json'), JSON.stringify(BROKEN));
}

/** Downloads mesa-vulkan-drivers with missing dependencies, and unpacks them. */
function unpack(root, suite) {
  const apt = join(dirname(root), `apt-${suite}`);
  for (const folder of ['lists/partial', 'debs/partial']) {
    mkdirSync(join(apt, folder), { recursive: true });
  }
  const suites = [...new Set(['bookworm', suite])];
  const sources = suites.map((name) => `deb http://deb.debian.org/debian ${name} main\n`).join('');
  writeFileSync(join(apt, 'sources.list'), sources);
  const settings = {
    'Dir::Etc::sourcelist': join(apt, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(apt, 'lists'),
    'Dir::Cache::archives': join(apt, 'debs'),
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    'Debug::NoLocking': '1',
  };
  const given = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const run = (...args) => execFileSync('apt-get', [...given, ...args], { stdio: 'pipe' });
  run('update');
  const install = ['install', '-y', '--download-only', '--no-install-recommends', '--reinstall'];
  run(...install, '-t', suite, 'mesa-vulkan-drivers', 'libvulkan1');
  for (const name of readdirSync(join(apt, 'debs'))) {
    if (name.endsWith('.deb')) execFileSync('dpkg', ['-x', join(apt, 'debs', name), root]);
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [kind, ...rest] = process.argv.slice(2);
  const command = rest[0] === '--' ? rest.slice(1) : rest;
  if (kind === undefined || kind === '--list' || command.length === 0) {
    for (const [name, { says }] of Object.entries(MACHINES)) console.log(name.padEnd(12), says);
    process.exitCode = kind === '--list' ? 0 : 2;
  } else {
    try {
      const { status, error } = onMachine(kind, command, { stdio: 'inherit' });
      if (error) throw error;
      process.exitCode = status ?? 1;
    } catch (error) {
      console.error(error.message);
      process.exitCode = 1;
    }
  }
}
