/**
 * Models in tests run on the engine, and are saved to folders, as with `vaekit/node`. What that takes is loaded when it is
 * first needed: most tests need none of it, and some replace a module of it before.
 */
import { providePlatform } from "../../src/vae/platform.ts";

const node = async () => (await import("../../src/tasks/node-platform.ts")).nodePlatform;

providePlatform({
  engine: async () => (await node()).engine(),
  load: async (...given) => (await node()).load(...given),
  save: async (...given) => (await node()).save(...given),
});
