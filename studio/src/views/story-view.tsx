import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Manifold } from "../parts/manifold.tsx";
import { Scatter } from "../parts/scatter.tsx";
import type { Trainer } from "../train/trainer.ts";
import { useTrainingAddress } from "../train/use-address.ts";
import { Beta, Decoder, Draws, Inputs, Losses } from "./story-figures.tsx";

/** The argument for variational autoencoders, step by step, about a network that learns while it is read. */
export function StoryView({ trainer, onTrain }: { trainer: Trainer; onTrain: () => void }) {
  useEffect(
    () => () => {
      if (trainer.phase.value === "training") trainer.pause();
    },
    [],
  );
  useTrainingAddress(trainer);
  const state = trainer.state.value;
  const beside = trainer.beside.value;
  const chosen = state?.chosen.value;
  useEffect(() => {
    if (state && state.chosen.value === undefined) state.chosen.value = linkedExample();
  }, [state]);
  useEffect(() => {
    if (chosen === undefined) return;
    const found = new URLSearchParams(location.hash.slice(1));
    found.set("example", String(chosen));
    history.replaceState(null, "", `#${found}`);
  }, [chosen]);
  return (
    <article class="prose story">
      <h2>What a variational autoencoder does</h2>
      <p>
        Two networks learn on this page from the same 10,000 handwritten digits: a variational autoencoder,
        and a plain one for comparison. Start them, then read on: every picture below is alive.
      </p>
      <Bar trainer={trainer} />
      <Step title="1. Inputs" about="Choose one to follow through the page.">
        <p>
          Each digit is a row of 784 numbers, the brightness of its pixels. Most rows of 784 numbers look like
          noise; the digits fill a small and curved part of that space. We want coordinates for that part.
        </p>
        {state ? <Inputs state={state} /> : <Waiting />}
      </Step>
      <Step title="2. The encoder" about="Each point is a digit, coloured by its label. Click one.">
        <p>
          The encoder turns a row into two numbers, a place on a plane. It never sees the labels, which only
          colour the points here. Similar digits still come to lie near each other, because the decoder has to
          tell from the place alone what was there.
        </p>
        {state ? <Scatter state={state} /> : <Waiting />}
      </Step>
      <Mathematics>
        q(z|x) = N(μ(x), diag σ²(x)): the encoder gives a mean μ and a variance σ² for each latent dimension.
        The points are the means.
      </Mathematics>
      <Step title="3. The cloud z" about="The digit that you chose, and what comes of eight draws of z.">
        <p>
          The encoder does not name a point but a cloud, the ellipse around the digit that you chose. Training
          draws z from that cloud. So a whole neighbourhood must decode to the same digit, and the space
          between digits has to make sense.
        </p>
        {state ? <Draws state={state} /> : <Waiting />}
      </Step>
      <Mathematics>
        z = μ + σ ε with ε from N(0, I). The draw depends on μ and σ by a formula that has a derivative, so
        gradients pass through it to the encoder.
      </Mathematics>
      <Step title="4. The decoder" about="What it makes of each place. Drag: the digit on the right follows.">
        <p>
          The decoder goes the other way, from a place to a digit. It answers for every place, also where no
          digit was encoded: drag across the plane, and one digit turns into another.
        </p>
        {state ? <Decoder state={state} /> : <Waiting />}
      </Step>
      <Mathematics>
        p(x|z) gives each pixel a probability. Its logarithm for the actual input, averaged over draws of z,
        is the reconstruction term.
      </Mathematics>
      <Step title="5. KL as a pull" about="Both terms of the loss, as training goes on.">
        <p>
          Alone, the reconstruction would push the clouds apart and shrink them to points. The KL divergence
          pulls each one towards the same standard cloud, the circles of the plane. The network pays for each
          bit of information that its codes carry, and keeps what is worth the price.
        </p>
        <Losses trainer={trainer} />
      </Step>
      <Mathematics>
        ELBO = E[ln p(x|z)] − KL(q(z|x) ‖ N(0, I)), and KL = ½ Σ (μ² + σ² − 1 − ln σ²). The ELBO is a lower
        bound of ln p(x).
      </Mathematics>
      <Step title="6. What β does" about="Change it while the network learns, and watch the plane.">
        <p>
          β is the weight of that pull. Near 0 the clouds shrink and scatter; at 1 the loss is the bound of
          the likelihood; at 20 every cloud is nearly the standard one, and all places decode to much the
          same.
        </p>
        <Beta trainer={trainer} />
        {state ? <Scatter state={state} /> : <Waiting />}
      </Step>
      <Mathematics>
        The loss is −E[ln p(x|z)] + β KL. Only β = 1 gives the bound of ln p(x). With a change of β, the
        moments of the optimizer begin anew.
      </Mathematics>
      <Step
        title="7. Why an autoencoder's space is spotty"
        about="Above the variational autoencoder, below the plain one, on the same batches."
      >
        <p>
          The plain autoencoder gives each digit a point, and nothing pulls. It may reconstruct well, but it
          spreads its codes as it likes, and it was never asked about the places between them. There, its
          decoder gives smudges. To draw a new digit one must know where to draw from: the variational
          autoencoder knows, from the standard cloud.
        </p>
        {state && beside ? (
          <div class="sides">
            <Scatter state={state} />
            <Manifold state={state} side={12} />
            <Scatter state={beside} />
            <Manifold state={beside} side={12} />
          </div>
        ) : (
          <Waiting />
        )}
      </Step>
      <p>
        Under{" "}
        <button type="button" class="link" onClick={onTrain}>
          Train
        </button>
        , the same network waits with all of its settings, and with your own data.
      </p>
    </article>
  );
}

function Step({ title, about, children }: { title: string; about: string; children: ComponentChildren }) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {children}
      <p class="about">{about}</p>
    </section>
  );
}

function Mathematics({ children }: { children: ComponentChildren }) {
  return (
    <details>
      <summary>The mathematics</summary>
      <p>{children}</p>
    </details>
  );
}

function Waiting() {
  return <p class="drop">Start the training, and the picture appears here.</p>;
}

function Bar({ trainer }: { trainer: Trainer }) {
  const { phase, iteration, problem } = trainer;
  const [name, action] =
    phase.value === "training" || phase.value === "loading"
      ? (["Pause", () => trainer.pause()] as const)
      : phase.value === "paused"
        ? (["Resume", () => trainer.resume()] as const)
        : (["Train", () => trainer.start()] as const);
  return (
    <div class="controls stay">
      <button type="button" class="primary" id="story-train" onClick={action}>
        {name}
      </button>
      <span class="where">
        {phase.value === "loading"
          ? "loading the engine …"
          : `iteration ${iteration.value.toLocaleString("en")}`}
      </span>
      {problem.value && <span role="alert">{problem.value}</span>}
    </div>
  );
}

/** The example that a link follows through the page. */
function linkedExample(): number {
  const index = Number(new URLSearchParams(location.hash.slice(1)).get("example"));
  return Number.isSafeInteger(index) && index >= 0 ? index : 0;
}
