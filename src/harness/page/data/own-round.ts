/** How often the visitor has given data of their own: others may have the same settings. */
let round = 0;

export const ownRound = (): number => round;

/** Other data are in use from now on. */
export function ownGiven(): void {
  round++;
}
