import { learn } from './learn.mjs';

learn().then(
  (learned) => postMessage(learned),
  (error) => postMessage(String(error)),
);
