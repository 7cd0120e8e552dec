import { Card } from "../../parts/card.tsx";
import { LIKELIHOODS } from "../../train/experiment-address.ts";
import type { Experiment } from "../../train/protocol.ts";
import type { Trainer } from "../../train/trainer.ts";
import { DropPlace } from "./drop-place.tsx";

/** The experiment, and where files are dropped. */
export function Settings({ trainer }: { trainer: Trainer }) {
  const experiment = trainer.experiment.value;
  const isUnderWay = trainer.phase.value !== "idle" && trainer.phase.value !== "failed";
  const set = (part: Partial<Experiment>) => trainer.change({ ...trainer.experiment.value, ...part });
  const number = (
    name: keyof Experiment & ("latent" | "beta" | "learningRate" | "keepProbability" | "batchSize" | "seed"),
    label: string,
    range: { min: number; max: number; step: number | "any" },
    isLive = false,
  ) => (
    <label>
      {label}
      <input
        type="number"
        name={name}
        {...range}
        value={experiment[name]}
        disabled={isUnderWay && !isLive}
        onChange={(event) => {
          const value = event.currentTarget.valueAsNumber;
          if (value >= range.min && value <= range.max) set({ [name]: value });
          else event.currentTarget.value = String(experiment[name]);
        }}
      />
    </label>
  );
  return (
    <Card
      title="Experiment"
      about="β and the learning rate may be changed while it trains; the rest takes effect with Reset. The address repeats the experiment."
      guide="the-studio"
      class="cards-wide"
    >
      <div class="settings">
        <label>
          data
          <select
            name="data"
            value={experiment.data}
            disabled={isUnderWay}
            onChange={(event) => set({ data: event.currentTarget.value as Experiment["data"] })}
          >
            <option value="mnist">MNIST digits</option>
            <option value="sprites">sprites</option>
            {trainer.files.length > 0 && <option value="file">{trainer.files[0]!.name}</option>}
          </select>
        </label>
        <label>
          hidden layers
          <input
            type="text"
            name="hidden"
            value={experiment.hidden.join(", ")}
            disabled={isUnderWay}
            onChange={(event) => {
              const hidden = event.currentTarget.value
                .split(/[\s,]+/)
                .filter(Boolean)
                .map(Number);
              const isRight = hidden.every((units) => Number.isInteger(units) && units >= 1 && units <= 4096);
              if (isRight && hidden.length > 0) set({ hidden });
              else event.currentTarget.value = experiment.hidden.join(", ");
            }}
          />
        </label>
        {number("latent", "latent dimensions", { min: 1, max: 256, step: 1 })}
        <label>
          likelihood
          <select
            name="likelihood"
            value={experiment.likelihood}
            disabled={isUnderWay}
            onChange={(event) => set({ likelihood: event.currentTarget.value as Experiment["likelihood"] })}
          >
            {LIKELIHOODS.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {number("beta", "β, weight of the KL", { min: 0, max: 1000, step: "any" }, true)}
        {number("learningRate", "learning rate", { min: 1e-7, max: 1, step: "any" }, true)}
        {number("keepProbability", "keep-probability", { min: 0.05, max: 1, step: "any" })}
        {number("batchSize", "batch", { min: 1, max: 4096, step: 1 })}
        {number("seed", "seed", { min: 0, max: 2 ** 31, step: 1 })}
        <label class="check">
          <input
            type="checkbox"
            name="beside"
            checked={experiment.beside}
            disabled={isUnderWay}
            onChange={(event) => set({ beside: event.currentTarget.checked })}
          />
          plain autoencoder beside it
        </label>
      </div>
      <DropPlace trainer={trainer} />
    </Card>
  );
}
