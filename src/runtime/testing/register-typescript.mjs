/** `node --import` this to run the sources as they are: in worker threads and child processes Vitest does not. */
import { register } from "node:module";

register("./typescript-hooks.mjs", import.meta.url);
