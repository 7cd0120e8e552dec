/** One column of a table, with what the likelihood takes from the training data. */
export type MixedColumn =
  /** Normal, with a learned spread. `center` and `spread` are the training data's mean and standard deviation. */
  | { readonly kind: "real"; readonly center: number; readonly spread: number }
  /** Bernoulli. */
  | { readonly kind: "binary" }
  /** Negative binomial, with a learned dispersion. `scale` is the training data's mean. */
  | { readonly kind: "count"; readonly scale: number }
  /** Categorical: class indices. */
  | { readonly kind: "categorical"; readonly classes: number };
