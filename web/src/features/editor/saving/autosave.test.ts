import { describe, expect, it } from "vitest";

import type { Draft, DraftBody, Kept } from "../api";
import { setWorkflowField } from "../model/commands/set-workflow-field";
import { opened } from "../model/save-state";
import { createEditor, run, textOf } from "../state/editor-store";
import { Autosave, type SaveView, type SaveWorld } from "./autosave";
import type { KeptText } from "./kept";
import { savedOf } from "./payload";

const TEXT = "workflow: w\nowner: team:desk\n";

/** A server, a clock and a browser's store, all in one. */
class Fake implements SaveWorld {
  readonly sent: DraftBody[] = [];
  readonly views: SaveView[] = [];
  kept: KeptText | null = null;
  draft: Draft | null = null;
  answer: (body: DraftBody) => Promise<Kept> = (body) => Promise.resolve({ kind: "kept", draft: this.stored(body) });
  private time = 0;
  private timers: { at: number; run: () => void }[] = [];

  stored(body: DraftBody): Draft {
    this.draft = { ...body, workspace: "d", workflow: "w", revision: body.revision + 1, saved_by: "person:a", saved_at: "2026-03-02T09:00:00Z" };
    return this.draft;
  }
  save = (body: DraftBody): Promise<Kept> => {
    this.sent.push(body);
    return this.answer(body);
  };
  load = (): Promise<Draft | null> => Promise.resolve(this.draft);
  keep = (kept: KeptText): boolean => {
    this.kept = kept;
    return true;
  };
  forget = (): void => void (this.kept = null);
  tell = (): void => undefined;
  now = (): number => this.time;
  later = (go: () => void, ms: number): (() => void) => {
    const timer = { at: this.time + ms, run: go };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((one) => one !== timer));
  };
  show = (view: SaveView): void => void this.views.push(view);
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const next = this.timers.filter((one) => one.at <= end).sort((left, right) => left.at - right.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.time = next.at;
      next.run();
      for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
    }
    this.time = end;
  }
  get status(): string {
    return this.views.at(-1)?.status ?? "";
  }
}

function begin() {
  const store = createEditor({ workflow: "w", text: TEXT, samples: {}, readOnly: false, published: null });
  const world = new Fake();
  const autosave = new Autosave(store, world, { state: opened(savedOf({ text: TEXT, samples: {}, revision: 0 })), savedAt: null, basedOn: null });
  const stop = autosave.start();
  const type = (title: string): boolean => run(store, (document) => setWorkflowField(document, { path: ["title"], value: title }));
  return { store, world, autosave, stop, type };
}

describe("keeping a draft", () => {
  it("keeps what is typed here at once and on the server when the typing rests", async () => {
    const { world, type } = begin();
    type("One");
    expect(world.status).toBe("dirty");
    await world.pass(300);
    expect(world.kept?.text).toContain("title: One");
    expect(world.sent).toHaveLength(0);
    await world.pass(700);
    expect(world.sent).toMatchObject([{ revision: 0, text: "workflow: w\ntitle: One\nowner: team:desk\n" }]);
    expect([world.status, world.kept]).toEqual(["saved", null]);
    type("Two");
    await world.pass(1_000);
    expect(world.sent[1]).toMatchObject({ revision: 1 });
  });

  it("sends while somebody types without a rest", async () => {
    const { world, type } = begin();
    for (let turn = 0; turn < 20; turn += 1) {
      type(`Title ${turn}`);
      await world.pass(400);
    }
    expect(world.sent.length).toBeGreaterThan(0);
  });

  it("keeps the text while the server is away, and sends it when it is back", async () => {
    const { world, type } = begin();
    world.answer = () => Promise.reject(new Error("the server does not answer"));
    type("Kept");
    await world.pass(3_000);
    expect([world.status, world.kept?.text.includes("Kept")]).toEqual(["failed", true]);
    world.answer = (body) => Promise.resolve({ kind: "kept", draft: world.stored(body) });
    await world.pass(40_000);
    expect([world.status, world.kept]).toEqual(["saved", null]);
  });

  it("shows both texts when somebody else has saved, and goes on from what a person chose", async () => {
    const { world, type, autosave, store } = begin();
    world.stored({ revision: 4, based_on: null, text: "workflow: w\nowner: team:other\n", samples: {} });
    world.answer = () => Promise.resolve({ kind: "outdated" });
    type("Mine");
    await world.pass(1_000);
    expect(world.status).toBe("conflict");
    expect(world.views.at(-1)?.theirs?.text).toContain("team:other");
    expect(textOf(store.getState())).toContain("Mine");
    world.answer = (body) => Promise.resolve({ kind: "kept", draft: world.stored(body) });
    autosave.choose("workflow: w\ntitle: Mine\nowner: team:other\n");
    await world.pass(1_000);
    expect(world.sent.at(-1)).toMatchObject({ revision: 5 });
    expect(world.status).toBe("saved");
  });

  it("takes over what another tab saved where nothing was typed here", async () => {
    const { world, autosave, store } = begin();
    world.stored({ revision: 0, based_on: null, text: "workflow: w\nowner: team:other\n", samples: { a: 1 } });
    await autosave.elsewhere();
    expect(textOf(store.getState())).toContain("team:other");
    expect(store.getState().samples).toEqual({ a: 1 });
    expect(world.status).toBe("saved");
  });

  it("works with a server that keeps no drafts: here alone", async () => {
    const { world, type } = begin();
    world.answer = () => Promise.resolve({ kind: "unknown" });
    type("Local");
    await world.pass(2_000);
    expect([world.status, world.kept?.text.includes("Local")]).toEqual(["local", true]);
  });
});
