import type { Runtime } from "../session.ts";

/** The same engine, but for its first session, which it refuses with `no memory`. */
export function refusingOnce(engine: Runtime): Runtime {
  let refusals = 1;
  return {
    ...engine,
    createSession: (...session) =>
      refusals-- > 0 ? Promise.reject(new Error("no memory")) : engine.createSession(...session),
  };
}
