/** React's StrictMode mounts, unmounts and mounts again: each mount has an engine, and destroys it. */
import { createElement, StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { prepare } from './learn.mjs';

const log = { mounts: 0, alive: 0, ended: [] };
window.log = log;

function Training() {
  const [loss, setLoss] = useState(null);
  useEffect(() => {
    let mounted = true;
    let destroy = () => {};
    log.mounts += 1;
    prepare().then(({ engine, trainer }) => {
      log.alive += 1;
      destroy = () => {
        trainer.destroy();
        engine.destroy();
        log.alive -= 1;
      };
      if (!mounted) return destroy();
      return trainer
        .fit({ epochs: 1_000_000, onEpoch: ({ train }) => setLoss(train.loss) })
        .catch((error) => log.ended.push(error.name));
    });
    return () => {
      mounted = false;
      destroy();
      destroy = () => {};
    };
  }, []);
  return createElement('output', null, loss === null ? 'none' : String(loss));
}

const root = createRoot(document.getElementById('root'));
window.render = (shown) =>
  root.render(createElement(StrictMode, null, shown ? createElement(Training) : null));
window.render(true);
