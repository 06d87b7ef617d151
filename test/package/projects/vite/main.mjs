const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => {
  document.title = data < 0.6 ? 'learned' : String(data);
};
