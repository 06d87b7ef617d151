// A classic worker has no `import` statement; it has import().
Promise.all([import('./gradweave.js'), import('./learn.js')])
  .then(([gradweave, { learn }]) => learn(gradweave))
  .then(postMessage, (error) => postMessage(String(error)));
