import type { ComponentChildren } from "preact";
import type { ExploreState } from "../explore/state.ts";

interface CardProps {
  readonly title: string;
  readonly about: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** Section of the guide that says more. */
  readonly guide?: string;
}

export function Card({ title, about, children, guide, ...rest }: CardProps) {
  return (
    <section class={`card ${rest.class ?? ""}`} aria-label={title}>
      <h2>{title}</h2>
      <p class="about">
        {about} {guide && <GuideLink section={guide} title={title} />}
      </p>
      {children}
    </section>
  );
}

export function className(state: ExploreState, label: number): string {
  return state.model.value.info.labelNames?.[label] ?? String(label);
}

/** Leads to a section of the guide, which comes with the page; an exported page has none with it. */
export function GuideLink({ section, title }: { section: string; title: string }) {
  if (!location.protocol.startsWith("http")) return null;
  return (
    <a
      class="more"
      href={`guide.html#${section}`}
      target="_blank"
      rel="noreferrer"
      aria-label={`more about ${title}`}
    >
      More
    </a>
  );
}
