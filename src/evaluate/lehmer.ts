/**
 * Numbers uniform in (0, 1), the same for ever: the minimal standard generator (Park & Miller 1988). For work whose
 * result must not depend on a seed.
 */
export function lehmer(): () => number {
  let state = 1;
  return () => {
    state = (48_271 * state) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
