export {
  type SweepFacts,
  type SweepServer,
  type SweepServerOptions,
  startSweepServer,
} from './server.ts';
