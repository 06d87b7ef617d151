/** Where it is kept that somebody has been here. */
const KEY = 'gradweave welcome';

/** Whether nobody has closed the greeting in this browser, and the address asks for no task. */
export function isFirstVisit(query: URLSearchParams): boolean {
  if (['run', 'report', 'worker'].some((name) => query.has(name))) return false;
  if ((query.get('tab') ?? 'train') !== 'train') return false;
  try {
    return localStorage.getItem(KEY) === null;
  } catch {
    return true;
  }
}

/** Greets nobody again. */
export function rememberVisit(): void {
  try {
    localStorage.setItem(KEY, 'seen');
  } catch {
    // Without storage, the next visit is a first one, too.
  }
}
