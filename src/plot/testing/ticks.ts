/** Where the ticks of drawn axes stand, by their labels: read from the SVG that was drawn, not from what drew it. */
export function tickPlaces(vector: string, axis: "x" | "y", panel = 0): Map<string, number> {
  const groups = [...vector.matchAll(new RegExp(`aria-label="${axis}-axis tick label">(.*?)</g>`, "g"))];
  const labels = groups[panel]![1]!.matchAll(/translate\(([-\d.]+),([-\d.]+)\)"[^>]*>([^<]*)</g);
  return new Map(
    [...labels].map(([, x, y, label]) => [
      `${Number(label!.replace("−", "-"))}`,
      Number(axis === "x" ? x : y),
    ]),
  );
}
