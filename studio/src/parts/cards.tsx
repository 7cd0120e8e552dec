import { useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { classColour, css } from "../explore/colours.ts";
import { inputOf, meanOf, neighboursOf } from "../explore/explorable.ts";
import { normals } from "../explore/random.ts";
import type { ExploreState } from "../explore/state.ts";
import { isDark } from "./canvas.tsx";
import { Picture } from "./picture.tsx";

interface CardProps {
  readonly title: string;
  readonly about: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
}

export function Card({ title, about, children, ...rest }: CardProps) {
  return (
    <section class={`card ${rest.class ?? ""}`} aria-label={title}>
      <h2>{title}</h2>
      <p class="about">{about}</p>
      {children}
    </section>
  );
}

function className(state: ExploreState, label: number): string {
  return state.model.value.info.labelNames?.[label] ?? String(label);
}

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

/** The point under the pointer, or the one that was clicked: what it was, what comes back, who lies near it. */
export function PointCard({ state }: { state: ExploreState }) {
  const model = state.model.value;
  const index = state.hover.value ?? state.chosen.value;
  const near = index === undefined ? [] : neighboursOf(model, index, 6);
  const label = index === undefined ? undefined : model.points.labels?.[index];
  return (
    <Card
      title={
        index === undefined
          ? "A point"
          : `Example ${index}${label === undefined || label < 0 ? "" : `, class ${className(state, label)}`}`
      }
      about="Point at an example on the plane: the ellipse is one standard deviation of its posterior."
      class="point"
    >
      {index === undefined ? (
        <p class="empty">No example is chosen.</p>
      ) : (
        <>
          <div class="pair">
            <figure>
              <Picture
                class="tile"
                values={() => inputOf(model, index)}
                look={model.info}
                label="input"
                id="point-input"
              />
              <figcaption>input</figcaption>
            </figure>
            <figure>
              <Picture
                class="tile"
                values={() => model.decode(meanOf(model, index))}
                look={model.info}
                label="reconstruction"
                id="point-reconstruction"
              />
              <figcaption>reconstruction</figcaption>
            </figure>
          </div>
          <p class="small">its nearest neighbours in latent space</p>
          <div class="strip">
            {near.map((other) => (
              <button
                key={other}
                type="button"
                class="tile-button"
                aria-label={`example ${other}`}
                onClick={() => {
                  state.chosen.value = other;
                  state.z.value = meanOf(model, other);
                }}
              >
                <Picture
                  class="tile"
                  values={() => inputOf(model, other)}
                  look={model.info}
                  label={`neighbour ${other}`}
                />
              </button>
            ))}
          </div>
        </>
      )}
    </Card>
  );
}

const FRAMES = 9;

export function Interpolation({ state }: { state: ExploreState }) {
  const at = useSignal(0.5);
  const [from, to] = [state.from.value, state.to.value];
  const model = state.model.value;
  const mix = (t: number) => from!.map((value, d) => value + t * (to![d]! - value));
  const walk = (t: number) => {
    at.value = t;
    state.z.value = mix(t);
  };
  return (
    <Card title="Between two points" about="Mark two places, and walk the straight line between them.">
      <div class="buttons">
        <button type="button" id="set-a" onClick={() => (state.from.value = state.z.peek().slice())}>
          A is here
        </button>
        <button type="button" id="set-b" onClick={() => (state.to.value = state.z.peek().slice())}>
          B is here
        </button>
      </div>
      {from && to ? (
        <>
          <div class="strip" id="interpolation">
            {Array.from({ length: FRAMES }, (_, i) => i / (FRAMES - 1)).map((t) => (
              <button
                key={t}
                type="button"
                class="tile-button"
                aria-label={`${Math.round(100 * t)} % of the way`}
                onClick={() => walk(t)}
              >
                <Picture
                  class="tile"
                  values={() => model.decode(mix(t))}
                  look={model.info}
                  label={`decoding at ${t}`}
                />
              </button>
            ))}
          </div>
          <label class="slider">
            <span>from A to B</span>
            <input
              type="range"
              min="0"
              max="1"
              step="0.005"
              value={at.value}
              onInput={(event) => walk(Number(event.currentTarget.value))}
            />
          </label>
        </>
      ) : (
        <p class="empty">{from ? "Move on, and mark B." : "Drag on the plane, and mark A."}</p>
      )}
    </Card>
  );
}

const SAMPLES = 16;

export function Samples({ state }: { state: ExploreState }) {
  const model = state.model.value;
  const { latent } = model.info;
  const draws = normals(state.seed.value, SAMPLES * latent);
  const points = Array.from({ length: SAMPLES }, (_, n) =>
    draws.slice(n * latent, (n + 1) * latent).map((value) => value * state.temperature.value),
  );
  return (
    <Card title="Samples" about="Draws from the prior, decoded. Temperature 0 is its centre.">
      <div class="grid" id="samples">
        {points.map((z, n) => (
          <button
            key={n}
            type="button"
            class="tile-button"
            aria-label={`go to sample ${n + 1}`}
            onClick={() => (state.z.value = z)}
          >
            <Picture
              class="tile"
              values={() => model.decode(z)}
              look={model.info}
              label={`sample ${n + 1}`}
            />
          </button>
        ))}
      </div>
      <label class="slider">
        <span>temperature {state.temperature.value.toFixed(2)}</span>
        <input
          type="range"
          min="0"
          max="2"
          step="0.05"
          value={state.temperature.value}
          onInput={(event) => (state.temperature.value = Number(event.currentTarget.value))}
        />
      </label>
      <div class="buttons">
        <button type="button" onClick={() => (state.seed.value += 1)}>
          Draw again
        </button>
      </div>
    </Card>
  );
}

const FEW = 8;

/** A slider for each dimension, those that tell most first, and which two span the plane. */
export function Dimensions({ state }: { state: ExploreState }) {
  const all = useSignal(false);
  const model = state.model.value;
  const { order, weights, info } = model;
  const most = Math.max(1e-9, ...weights);
  const shown = all.value ? order : order.slice(0, FEW);
  const [first, second] = state.axes.value;
  const choose = (which: 0 | 1, dimension: number) =>
    state.setAxes(which === 0 ? [dimension, second] : [first, dimension]);
  const axisChoice = (which: 0 | 1) => (
    <label>
      {which === 0 ? "across" : "up"}{" "}
      <select
        value={state.axes.value[which]}
        onChange={(event) => choose(which, Number(event.currentTarget.value))}
      >
        {order.map((dimension) => (
          <option key={dimension} value={dimension} selected={dimension === state.axes.value[which]}>
            z{dimension}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Card
      title="Dimensions"
      about={
        info.deterministic
          ? "Ordered by the variance of the codes."
          : "Ordered by KL from the prior: dimensions near 0 nats carry nothing."
      }
    >
      {info.latent > 2 && (
        <div class="axes">
          {axisChoice(0)}
          {axisChoice(1)}
        </div>
      )}
      <div class="dimensions">
        {shown.map((dimension) => (
          <label key={dimension} class="dimension">
            <span>z{dimension}</span>
            <input
              type="range"
              min="-4"
              max="4"
              step="0.01"
              value={state.z.value[dimension]}
              aria-label={`latent dimension ${dimension}`}
              onInput={(event) => state.setDimension(dimension, Number(event.currentTarget.value))}
            />
            <b title={info.deterministic ? "variance" : "KL in nats"}>
              <i style={{ width: `${(100 * weights[dimension]!) / most}%` }} />
              {weights[dimension]!.toFixed(2)}
            </b>
          </label>
        ))}
      </div>
      {order.length > FEW && (
        <button type="button" class="link" onClick={() => (all.value = !all.value)}>
          {all.value ? `only the first ${FEW}` : `all ${order.length}`}
        </button>
      )}
    </Card>
  );
}

/** From the mean of one class to that of another: a direction that changes an attribute. */
export function Attributes({ state }: { state: ExploreState }) {
  const model = state.model.value;
  const classes = useComputed(() =>
    [...new Set(state.model.value.points.labels ?? [])].filter((label) => label >= 0).sort((a, b) => a - b),
  ).value;
  const from = useSignal(classes[0] ?? 0);
  const to = useSignal(classes[1] ?? 0);
  const base = useSignal<Float32Array | undefined>(undefined);
  const amount = useSignal(0);
  if (classes.length < 2) return null;
  const choice = (which: typeof from, name: string) => (
    <label>
      {name}{" "}
      <select
        value={which.value}
        onChange={(event) => {
          which.value = Number(event.currentTarget.value);
          base.value = undefined;
          amount.value = 0;
        }}
      >
        {classes.map((label) => (
          <option key={label} value={label} selected={label === which.value}>
            {className(state, label)}
          </option>
        ))}
      </select>
    </label>
  );
  const move = (strength: number) => {
    base.value ??= state.z.peek().slice();
    amount.value = strength;
    const [a, b] = [classMean(state, from.value), classMean(state, to.value)];
    state.z.value = base.value.map((value, d) => value + strength * (b[d]! - a[d]!));
  };
  return (
    <Card
      title="Attribute vector"
      about="Adds the difference between the means of two classes to where you are."
    >
      <div class="axes">
        {choice(from, "from")}
        {choice(to, "to")}
      </div>
      <label class="slider">
        <span>strength {amount.value.toFixed(2)}</span>
        <input
          type="range"
          min="-1.5"
          max="1.5"
          step="0.05"
          value={amount.value}
          onInput={(event) => move(Number(event.currentTarget.value))}
        />
      </label>
      <div class="buttons">
        <button
          type="button"
          onClick={() => {
            base.value = undefined;
            amount.value = 0;
            state.z.value = Float32Array.from(classMean(state, from.value));
          }}
        >
          Begin at the mean of {className(state, from.value)}
        </button>
      </div>
      {model.points.count === 0 && <p class="empty">There are no points.</p>}
    </Card>
  );
}

function classMean(state: ExploreState, label: number): Float64Array {
  const { points, info } = state.model.peek();
  const sum = new Float64Array(info.latent);
  let count = 0;
  for (let index = 0; index < points.count; index++) {
    if (points.labels?.[index] !== label) continue;
    count++;
    for (let d = 0; d < info.latent; d++) sum[d]! += points.mean[index * info.latent + d]!;
  }
  return sum.map((value) => value / Math.max(1, count));
}
