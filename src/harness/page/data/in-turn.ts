/** Does one thing after the other. */
export type InTurn = <T>(task: () => Promise<T>) => Promise<T>;

/** Tasks wait for those before them, in the order in which they come; one that fails holds no other up. */
export function inTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const mine = last.then(task);
    last = mine.catch(() => {});
    return mine;
  };
}
