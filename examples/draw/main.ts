import { Engine } from 'gradweave';
import { app } from './app.ts';

Engine.create()
  .then((engine) => app(engine, document))
  .catch((error) => {
    (document.querySelector('#status') as HTMLElement).textContent = String(error);
  });
