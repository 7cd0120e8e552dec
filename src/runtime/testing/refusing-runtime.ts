import type { Runtime } from "../session.ts";

/** The same engine, except that it refuses its first session with `no memory`. */
export function refusingOnce(engine: Runtime): Runtime {
  let refusals = 1;
  return {
    ...engine,
    createSession: (...session) =>
      refusals-- > 0 ? Promise.reject(new Error("no memory")) : engine.createSession(...session),
  };
}
