export { LeaseError, LockError, ReportError, StoreError } from './errors.ts';
export { openStore, type StoreOptions } from './open.ts';
export type { SweepStore } from './store.ts';
