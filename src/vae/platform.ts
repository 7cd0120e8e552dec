import { ConfigError } from "../common/errors.ts";
import type { CheckpointName, ModelToSave, SavedModel } from "../run/saved-model.ts";
import type { Runtime } from "../runtime/session.ts";

/**
 * What models need from their environment. A face of the package, such as `vaekit/node`, provides it when it is
 * imported; the class VAE itself imports neither Node nor the browser.
 *
 * It is state of the module, not of a model, because `new VAE(…)` and `VAE.load(…)` name no environment, and because
 * all faces hand on the same class: a class bound to an engine in each face would make `instanceof` fail between
 * `vaekit` and `vaekit/node`, and their types different. `runtime` of a model is the way around it.
 */
export interface Platform {
  /** The engine, started if need be. */
  engine(): Promise<Runtime>;
  /** @throws {RunError} when there is no model that can be read */
  load(
    directory: string,
    options?: { readonly checkpoint?: CheckpointName | undefined },
  ): Promise<SavedModel>;
  /** @throws {RunError} when the place is occupied and `force` is not given */
  save(saved: ModelToSave, directory: string, options: { force?: boolean }): Promise<void>;
}

let provided: Platform | undefined;

/** Sets the platform of all models of this process or page that have no explicit `runtime`. */
export function providePlatform(platform: Platform): void {
  provided = platform;
}

/** @throws {ConfigError} when no face has provided one */
export function platform(): Platform {
  if (provided) return provided;
  throw new ConfigError(
    "there is no engine to run on and no place to save to: import vaekit/node or vaekit/web, or pass `runtime`",
  );
}
