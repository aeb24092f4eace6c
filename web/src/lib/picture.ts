import type { LucideIcon } from "lucide-react";

/** A step as it is drawn: where it stands, and what is written on it. */
export interface Card {
  readonly key: string;
  /** What its steps are called in a run: the ids from the outside in, without numbers of items; the trigger has none. */
  readonly step: string | null;
  readonly title: string;
  /** The system, or what the step does. */
  readonly system: string;
  readonly Icon: LucideIcon;
  readonly kind: string;
  readonly line: "main" | "side" | "exception";
  /** The body of a for-each stands in it. */
  readonly frame: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A way from one step to another. */
export interface Way {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  /** The id that the text names. */
  readonly target: string;
  /** From the trigger to the first step. */
  readonly starts: boolean;
  /** Taken when the step fails, not when it goes well. */
  readonly onFailure: boolean;
  readonly side: "normal" | "exception";
  readonly main: boolean;
  readonly path: string;
  /** The head of the arrow. */
  readonly head: string;
  /** Where a gate stands on it. */
  readonly middle: { readonly x: number; readonly y: number };
}

/** A workflow as it is looked at: everything at its place, from the upper left corner. */
export interface Picture {
  readonly cards: readonly Card[];
  readonly ways: readonly Way[];
  readonly width: number;
  readonly height: number;
}
