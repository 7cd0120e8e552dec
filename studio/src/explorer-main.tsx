import { render } from "preact";
import { bindAddress } from "./explore/address.ts";
import { type Explorable, explorableOf } from "./explore/explorable.ts";
import { Explorer } from "./explore/explorer.tsx";
import { ExploreState } from "./explore/state.ts";

/** The page that `vaekit export --html` writes: everything is in it. */
function start(root: HTMLElement): void {
  try {
    const text = document.getElementById("run")!.textContent!;
    const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const state = new ExploreState(explorableOf(packed));
    render(<Page state={state} />, root);
    bindAddress(state);
    document.documentElement.dataset.ready = "yes";
  } catch (error) {
    root.textContent = `This page could not be opened: ${error instanceof Error ? error.message : error}.`;
  }
}

function Page({ state }: { state: ExploreState }) {
  const { info, points }: Explorable = state.model.value;
  return (
    <main>
      <header class="top">
        <h1>{info.name}</h1>
        <p>
          A {info.deterministic ? "plain" : "variational"} autoencoder of {info.dataName}:{" "}
          {info.inputShape.join(" × ")} values as {info.latent} latent{" "}
          {info.latent === 1 ? "number" : "numbers"}, after {info.iteration.toLocaleString("en")} iterations.{" "}
          {points.count.toLocaleString("en")} {info.split} examples are shown.
        </p>
      </header>
      <Explorer state={state} />
      <footer class="bottom">
        Made with vaekit {info.vaekit}. This page works without network and sends nothing.
      </footer>
    </main>
  );
}

start(document.getElementById("app")!);
