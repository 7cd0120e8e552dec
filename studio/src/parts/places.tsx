import type { ComponentChildren } from "preact";

/** Where the two pictures will be, so that nothing jumps when they come. */
export function Places({ title, children }: { title: string; children: ComponentChildren }) {
  const place = (name: string, about: string) => (
    <section class="panel" aria-label={name}>
      <header>
        <h2>{name}</h2>
        <p class="about">{about}</p>
      </header>
      <div class="square plane" />
      <footer />
    </section>
  );
  return (
    <div class="two">
      {place("Encoder", "Where it puts each example.")}
      {place("Decoder", "What it makes of every place on that plane.")}
      <aside class="here">
        <section class="card" aria-label={title}>
          <h2>{title}</h2>
          <p class="about">{children}</p>
        </section>
      </aside>
    </div>
  );
}
