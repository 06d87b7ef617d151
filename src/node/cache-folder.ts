import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/**
 * The cache folder of gradweave: `gradweave` under `%LOCALAPPDATA%` on
 * Windows, elsewhere under `$XDG_CACHE_HOME`, else `~/Library/Caches` on macOS or `~/.cache`.
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform === 'win32') {
    const base = env.LOCALAPPDATA || win32.join(env.USERPROFILE || homedir(), 'AppData', 'Local');
    return win32.join(base, 'gradweave');
  }
  const home = env.HOME || homedir();
  const usual =
    platform === 'darwin' ? posix.join(home, 'Library', 'Caches') : posix.join(home, '.cache');
  // According to the XDG specification a relative path is invalid and must be ignored.
  const chosen = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : usual;
  return posix.join(chosen, 'gradweave');
}
