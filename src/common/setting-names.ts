import { SYNONYMS } from "./setting-synonyms.ts";
import { suggest } from "./suggest.ts";

/** Settings that are given together in one place. */
interface Place {
  /** What one of them is, with an article. */
  readonly kind: string;
  readonly names: readonly string[];
  /** Where it is given, as code. */
  readonly where: (name: string) => string;
}

const places: Place[] = [];

/** Tells where settings are given, so that a message about one in a wrong place can say it. */
export function namesGiven(kind: string, names: readonly string[], where: Place["where"]): void {
  places.push({ kind, names, where });
}

/**
 * The sentence about a setting that is not among those known here: another spelling of one of them, one that is given
 * elsewhere, or a word near to one.
 * @param where prefixes the name, such as `training.`
 */
export function unknownSetting(key: string, known: readonly string[], where = ""): string {
  const sentence = `there is no setting ${where}${key}`;
  const meant = sameSetting(key, known);
  if (meant !== undefined) return `${sentence}: did you mean ${meant}?`;
  for (const { kind, names, where: place } of places) {
    const name = sameSetting(key, names);
    if (name === key) return `${where}${key} is ${kind}: give it to ${place(key)}`;
    if (name !== undefined) return `${sentence}: did you mean ${kind}, ${name}, of ${place(name)}?`;
  }
  const near = suggest(key, known);
  return `${sentence}${near ? `: did you mean ${near}?` : ""}`;
}

/** The candidate that is the same word in another spelling (`learning_rate`), or the same thing under another name (`lr`). */
export function sameSetting(key: string, candidates: readonly string[]): string | undefined {
  const word = letters(key);
  const meant = SYNONYMS.get(word) ?? [];
  return (
    candidates.find((each) => each === key) ??
    candidates.find((each) => letters(each) === word) ??
    candidates.find((each) => meant.includes(each))
  );
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
