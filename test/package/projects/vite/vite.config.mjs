// Vite loads a page again if it meets a package that it has not prepared: prepare them all first.
export default {
  optimizeDeps: { include: ['gradweave', 'gradweave/data', 'react', 'react-dom/client'] },
};
