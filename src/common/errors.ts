/** The errors a caller can cause or must expect. Each message is one sentence: what was seen, then what would be right. */
export class VaekitError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The data cannot be used: malformed file, values outside the likelihood's support, wrong shape. */
export class DataError extends VaekitError {}

/** A setting is unknown, out of range, or at odds with another setting. */
export class ConfigError extends VaekitError {}

/** A run directory is missing, incomplete, from a newer version, or in the way. */
export class RunError extends VaekitError {}

/** A computation left the finite numbers. */
export class NumericalError extends VaekitError {}
