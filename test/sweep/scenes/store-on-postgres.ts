/** The scenes of the store on a PostgreSQL that is started for them. */
import { startPostgres } from '../storm/postgres.ts';

const postgres = await startPostgres();
process.env.SWEEP_DATABASE = postgres.url;
// Its tests begin after the import, and end with the process.
process.once('exit', () => postgres.kill());
await import('./store.ts');
