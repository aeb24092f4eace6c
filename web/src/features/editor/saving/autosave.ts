import { accepted, changedElsewhere, conflicted, failed, isDirty, resolved, retryAfter, sending, statusOf, toSend, type SaveState, type SaveStatus } from "../model/save-state";
import type { Draft, DraftBody, Kept } from "../api";
import { textOf, writeText, type EditorStore } from "../state/editor-store";
import type { KeptText } from "./kept";
import { fromPayload, payloadOf, savedOf } from "./payload";

/** What the bar says about keeping the draft. */
export interface SaveView {
  readonly status: SaveStatus | "local";
  readonly savedAt: string | null;
  readonly failure: string | null;
  readonly basedOn: number | null;
  /** The other text, where two stand side by side. */
  readonly theirs: { readonly text: string; readonly samples: Readonly<Record<string, unknown>> } | null;
  /** What both were made from. */
  readonly base: string;
}

export interface SaveWorld {
  save(body: DraftBody): Promise<Kept>;
  load(): Promise<Draft | null>;
  keep(kept: KeptText): boolean;
  forget(): void;
  /** Tells other tabs that there is something newer. */
  tell(revision: number): void;
  now(): number;
  /** Runs later; the answer calls it off. */
  later(run: () => void, ms: number): () => void;
  show(view: SaveView): void;
}

const REST_MS = 900;
const LONGEST_MS = 5_000;
const KEEP_MS = 250;

/** Keeps what is typed: here at once, on the server as soon as the typing rests. Nothing is thrown away by it. */
export class Autosave {
  private state: SaveState;
  private savedAt: string | null;
  private localOnly = false;
  private cancelSend: (() => void) | null = null;
  private cancelKeep: (() => void) | null = null;
  private firstChange: number | null = null;
  private ended = false;

  constructor(
    private readonly store: EditorStore,
    private readonly world: SaveWorld,
    begin: { readonly state: SaveState; readonly savedAt: string | null; readonly basedOn: number | null },
  ) {
    this.state = begin.state;
    this.savedAt = begin.savedAt;
    this.basedOn = begin.basedOn;
  }

  private basedOn: number | null;

  /** Begins; what is unsaved from before is sent at once. */
  start(): () => void {
    const stop = this.store.subscribe((now, before) => {
      if (now.history.document !== before.history.document || now.broken !== before.broken || now.samples !== before.samples) this.changed();
    });
    this.show();
    if (isDirty(this.state, this.payload())) this.changed();
    return () => {
      this.keepNow();
      this.ended = true;
      this.cancelSend?.();
      stop();
    };
  }

  private isOver(): boolean {
    return this.ended;
  }

  private payload(): string {
    const state = this.store.getState();
    return payloadOf(textOf(state), state.samples);
  }

  private show(): void {
    const status = statusOf(this.state, this.payload());
    this.world.show({
      status: this.localOnly && status !== "saved" && status !== "conflict" ? "local" : status,
      savedAt: this.savedAt,
      failure: this.state.failure,
      basedOn: this.basedOn,
      theirs: this.state.theirs ? fromPayload(this.state.theirs.text) : null,
      base: fromPayload(this.state.saved.text).text,
    });
  }

  private changed(): void {
    this.firstChange ??= this.world.now();
    this.cancelKeep ??= this.world.later(() => this.keepNow(), KEEP_MS);
    const waited = this.world.now() - this.firstChange;
    this.schedule(Math.max(0, Math.min(REST_MS, LONGEST_MS - waited)));
    this.show();
  }

  /** Keeps the text in the browser: before the tab goes, and while it is typed. */
  keepNow(): void {
    this.cancelKeep?.();
    this.cancelKeep = null;
    const { text, samples } = fromPayload(this.payload());
    if (!isDirty(this.state, this.payload())) {
      this.world.forget();
      return;
    }
    const base = { ...fromPayload(this.state.saved.text), revision: Number(this.state.saved.version) };
    this.world.keep({ text, samples, base, basedOn: this.basedOn, at: this.world.now() });
  }

  private schedule(ms: number): void {
    this.cancelSend?.();
    this.cancelSend = this.world.later(() => void this.send(), ms);
  }

  /** Sends what is newer here; also asked for before publishing and testing. */
  async send(): Promise<void> {
    const next = toSend(this.state, this.payload());
    if (!next || this.localOnly || this.ended) return;
    this.firstChange = null;
    this.state = sending(this.state, next.text);
    this.show();
    try {
      const body = { ...fromPayload(next.text), revision: Number(next.from), based_on: this.basedOn };
      await this.answered(await this.world.save(body));
    } catch (error) {
      this.state = failed(this.state, error instanceof Error ? error.message : "no answer");
      if (!this.isOver()) this.schedule(Math.max(1_000, retryAfter(this.state)));
    }
    this.show();
  }

  private async answered(kept: Kept): Promise<void> {
    if (kept.kind === "kept") {
      this.state = accepted(this.state, String(kept.draft.revision));
      this.savedAt = kept.draft.saved_at;
      this.keepNow();
      this.world.tell(kept.draft.revision);
      if (isDirty(this.state, this.payload())) this.schedule(REST_MS);
    } else if (kept.kind === "unknown") {
      this.localOnly = true;
      this.state = { ...this.state, sending: null };
      this.keepNow();
    } else {
      const theirs = await this.world.load();
      // Gone meanwhile, by publishing elsewhere: what is here is sent as a new one.
      if (theirs) this.state = conflicted(this.state, savedOf(theirs));
      else this.state = { ...this.state, sending: null, saved: { ...this.state.saved, version: "0" } };
      if (!theirs) this.schedule(0);
      this.keepNow();
    }
  }

  /** Another tab has saved: its text is taken over where nothing was changed here. */
  async elsewhere(): Promise<void> {
    if (this.state.sending !== null) return;
    const draft = await this.world.load().catch(() => null);
    if (!draft || this.ended) return;
    const { state, takeOver } = changedElsewhere(this.state, savedOf(draft), this.payload());
    this.state = state;
    if (takeOver) {
      writeText(this.store, draft.text, "Take over what was saved elsewhere");
      this.store.setState({ samples: draft.samples });
      this.savedAt = draft.saved_at;
    }
    this.show();
  }

  /** A person has chosen what stands on the screen now. */
  choose(text: string): void {
    this.state = resolved(this.state);
    writeText(this.store, text, "Bring both drafts together");
    this.changed();
  }

  /** The draft on the server as it was seen here last; 0: there was none. */
  revision(): number {
    return Number(this.state.saved.version);
  }

  /** What was published is what a next draft is made from. */
  published(version: number): void {
    this.basedOn = version;
    this.state = { saved: { text: this.payload(), version: "0" }, sending: null, theirs: null, failure: null, failures: 0 };
    this.world.forget();
    this.show();
  }

  /** Leaves the draft as it is on the server, and nothing of it here. */
  discarded(text: string): void {
    writeText(this.store, text, "Discard the draft");
    this.store.setState({ samples: {} });
    this.state = { saved: { text: this.payload(), version: "0" }, sending: null, theirs: null, failure: null, failures: 0 };
    this.cancelSend?.();
    this.world.forget();
    this.show();
  }
}
