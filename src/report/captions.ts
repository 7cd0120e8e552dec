/** What a picture shows and how to read it. */
interface Caption {
  readonly title: string;
  readonly text: string;
}

const LOGARITHMIC_TIME =
  "Each frame of the film has about √2 times the training of the one before, since most happens early.";

const CAPTIONS: Readonly<Record<string, (moves: boolean) => Caption>> = {
  tableau: (moves) => ({
    title: "The latent space, from both sides",
    text: `First: where the encoder puts examples; colours are classes, where there are any. Second: what the decoder makes of the same places, so that a point of the first is the picture at its place in the second.${moves ? ` ${LOGARITHMIC_TIME}` : ""}`,
  }),
  reconstructions: () => ({
    title: "Reconstructions",
    text: "Examples, and below each what the decoder makes of its latent point alone. What both share is what the model has found worth keeping.",
  }),
  samples: () => ({
    title: "Samples",
    text: "Points drawn at random from the prior, and decoded: none of these is in the data. The more they look as if they were, the better the model knows what data look like.",
  }),
  latent: () => ({
    title: "Where examples are encoded",
    text: "Each point is where the encoder puts one example; colours are classes, where there are any. Examples that lie apart look different to the model; those that overlap look alike.",
  }),
  encoder: (moves) => ({
    title: "Where examples are encoded",
    text: `Each point is where the encoder puts one example; colours are classes, where there are any.${moves ? ` ${LOGARITHMIC_TIME}` : ""}`,
  }),
  manifold: () => ({
    title: "What is decoded where",
    text: "Each tile is decoded from the latent point at its place. Where tiles stand at evenly spaced percentiles of the prior, each has an equal share of what the model would draw.",
  }),
  decoder: (moves) => ({
    title: "What is decoded where",
    text: `Each tile is decoded from the latent point at its place.${moves ? ` ${LOGARITHMIC_TIME}` : ""}`,
  }),
  traversal: () => ({
    title: "One latent dimension at a time",
    text: "Each row moves through one latent dimension and holds the others still; the dimension that tells most about the data comes first. What changes along a row is what that dimension stands for.",
  }),
  interpolate: () => ({
    title: "From one example to another",
    text: "The way between two examples in latent space, decoded at even steps. A good model passes through likely pictures, where blending the pixels themselves would give double exposures.",
  }),
  morph: () => ({
    title: "A morph",
    text: "A round trip through latent space from class to class, decoded all along the way.",
  }),
  walk: () => ({
    title: "A random walk",
    text: "A point that wanders through latent space at random, decoded at every step: neighbours in latent space look alike.",
  }),
  attributes: () => ({
    title: "Attribute vectors",
    text: "The mean of one class minus the mean of another is a direction in latent space; added to an example, it changes that attribute and keeps the rest.",
  }),
  compare: () => ({
    title: "Compared with another run",
    text: "Latent points and decodings of both runs. Gaps between the points are places from which nothing was learnt; what is decoded there resembles no example.",
  }),
};

/** In the order in which pictures are shown; others follow by name. */
const ORDER = Object.keys(CAPTIONS);

/** @param name of the picture's file, without ending */
export function captionOf(name: string, moves: boolean): Caption & { readonly isKnown: boolean } {
  const caption = Object.hasOwn(CAPTIONS, name) ? CAPTIONS[name] : undefined;
  return { ...(caption?.(moves) ?? { title: name, text: "" }), isKnown: caption !== undefined };
}

/** The order of pictures in the page. */
export function comparePictures(a: string, b: string): number {
  const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}
