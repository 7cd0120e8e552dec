import type { ModelParts } from "./parts.ts";
import type { PosteriorFamily } from "./posteriors.ts";
import type { Prior } from "./priors.ts";

/** A variational autoencoder's networks, as data: everything that fixes which function the parameters make. */
export interface ModelConfig extends ModelParts {
  /** p(z); absent: standard normal. */
  readonly prior?: Prior;
  /** The family of q(z|x); absent: normal with independent dimensions. */
  readonly posterior?: PosteriorFamily;
  /** The older spelling of `posterior: { type: "point" }`, which stored configurations have. */
  readonly deterministic?: boolean;
}
