import { useSignal } from "@preact/signals";
import type { Trainer } from "../../train/trainer.ts";

const MODEL = /\.zip$/i;

/** Takes files to train on, and saved models. */
export function DropPlace({ trainer }: { trainer: Trainer }) {
  const over = useSignal(false);
  const take = (list: FileList | null | undefined) => {
    const files = [...(list ?? [])];
    const [first] = files;
    if (!first) return;
    if (files.length === 1 && MODEL.test(first.name)) {
      trainer.start({ model: first });
      return;
    }
    trainer.files = files;
    trainer.reset();
    trainer.change({ ...trainer.experiment.value, data: "file", likelihood: "auto" });
    trainer.start();
  };
  return (
    <fieldset
      class={over.value ? "drop over" : "drop"}
      id="drop"
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => (over.value = false)}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        take(event.dataTransfer?.files);
      }}
    >
      <legend class="hidden">Your own data</legend>
      <p>
        Drop pictures, or a CSV, Parquet, NPY, NPZ or IDX file, to train on them; or a model that was saved
        here. They stay in this page.
      </p>
      <label class="button">
        Choose files
        <input
          type="file"
          multiple
          aria-label="files to train on"
          onChange={(event) => take(event.currentTarget.files)}
        />
      </label>
      {trainer.problem.value && trainer.experiment.value.data === "file" && (
        <p class="wrong">{trainer.problem.value}</p>
      )}
    </fieldset>
  );
}
