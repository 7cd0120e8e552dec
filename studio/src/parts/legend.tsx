import { useComputed } from "@preact/signals";
import { classColour, css } from "../explore/colours.ts";
import type { ExploreState } from "../explore/state.ts";
import { isDark } from "./canvas.tsx";
import { className } from "./card.tsx";

/** Colours of the classes; each hides and shows its points. */
export function Legend({ state }: { state: ExploreState }) {
  const classes = useComputed(() =>
    [...new Set(state.model.value.points.labels ?? [])].filter((label) => label >= 0).sort((a, b) => a - b),
  );
  if (classes.value.length === 0) return null;
  return (
    <fieldset class="legend">
      <legend class="hidden">Classes shown</legend>
      {classes.value.slice(0, 30).map((label) => (
        <button
          key={label}
          type="button"
          aria-pressed={!state.hidden.value.has(label)}
          title={`show or hide class ${className(state, label)}`}
          onClick={() => state.toggleClass(label)}
        >
          <i style={{ background: css(classColour(label, isDark())) }} />
          {className(state, label)}
        </button>
      ))}
    </fieldset>
  );
}
