/** Tries to lock the folder, says what came of it, and keeps the lock until its input ends. */
import { lockFolder } from '../../sweep/src/store/lock.ts';

try {
  await lockFolder(process.argv[2] ?? '');
  console.log('locked');
  process.stdin.resume();
} catch (error) {
  console.log((error as Error).name);
}
