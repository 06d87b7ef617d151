import { Engine } from 'gradweave';
import { app } from './app.ts';

async function start(): Promise<void> {
  const [engine, file] = await Promise.all([Engine.create(), fetch('./backbone.safetensors')]);
  if (!file.ok) throw new Error(`backbone.safetensors: the server answered ${file.status}`);
  await app(engine, document, new Uint8Array(await file.arrayBuffer()));
}

start().catch((error) => {
  (document.querySelector('#status') as HTMLElement).textContent = String(error);
});
