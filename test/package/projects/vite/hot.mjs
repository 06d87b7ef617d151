/** Trains in frames until it is replaced: what Vite's hot reload has to end. */
import { prepare } from './learn.mjs';

export const version = 1;

const destroyed = prepare().then(({ engine, trainer }) => {
  let going = true;
  const log = window.log;
  log.alive += 1;
  trainer
    .fit({
      epochs: 1_000_000,
      onEpoch: () => {
        document.title = `version ${version}`;
      },
    })
    .catch((error) => log.ended.push(error.name))
    .finally(() => {
      going = false;
    });
  return () => {
    if (!going) log.ended.push('too early');
    trainer.destroy();
    engine.destroy();
    log.alive -= 1;
  };
});

import.meta.hot?.accept();
import.meta.hot?.dispose(() => destroyed.then((destroy) => destroy()));
