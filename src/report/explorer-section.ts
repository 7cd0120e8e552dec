import { ConfigError, DataError, RunError } from "../common/errors.ts";
import { explorerPage } from "../explorer/page.ts";
import { packRun } from "../explorer/run-pack.ts";
import type { Scene } from "../pictures/kind.ts";
import { html, type Markup, trusted } from "./html.ts";

const POINTS = 3000;
const MOST_BYTES = 1_800_000;

/**
 * The page of `export --html` for the plane of two latent dimensions.
 * @returns undefined where there are more, where the page cannot show the model, and without data or the page's files
 */
export async function explorerOf(scene: Scene): Promise<string | undefined> {
  if (scene.run.vae.model.latent !== 2) return undefined;
  try {
    const packed = await packRun(scene.run, await scene.data(), { points: POINTS, mostBytes: MOST_BYTES });
    return await explorerPage(packed, "latent space");
  } catch (error) {
    if ([ConfigError, DataError, RunError].some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

/** The explorer inside the report: it is made when it is asked for, so that the report opens at once. */
export function explorerSection(page: string): Markup {
  // Nothing in it may end the element.
  const text = JSON.stringify(page).replaceAll("<", "\\u003c");
  return html`<section class="explorer">
<h2>Walk through it</h2>
<p>Drag over the plane: the decoder follows. Draw an example, and the encoder finds its place.</p>
<p><button type="button">Open the explorer</button></p>
<script type="application/json" id="explorer">${trusted(text)}</script>
<script>${trusted(OPEN)}</script>
</section>`;
}

const OPEN = `(() => {
  const section = document.querySelector(".explorer");
  const button = section.querySelector("button");
  button.addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.title = "The explorer";
    const page = JSON.parse(document.getElementById("explorer").textContent);
    frame.src = URL.createObjectURL(new Blob([page], { type: "text/html" }));
    button.parentElement.replaceWith(frame);
    frame.focus();
  });
})();`;
