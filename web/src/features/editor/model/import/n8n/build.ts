import { freeId } from "../../node-index";
import { entry, isList, type Json, type JsonMap } from "../../text/value";
import { PLACEHOLDER } from "../placeholder";
import { shortType, type ExportEdge, type ExportNode } from "./export";
import type { Scope } from "./expression";
import { bodyOutput, type Flow } from "./flow";
import { mapNode, type MappedNode } from "./node";
import type { Report } from "./report";
import { isTrigger } from "./trigger";

/** Steps that hand on what came to them: behind them `$json` is what it was before. */
const HANDS_ON = new Set(["if", "filter", "switch", "wait", "merge", "noOp", "respondToWebhook"]);
/** Keys of a node that the import reads or does not need. */
const KNOWN = new Set(["parameters", "id", "name", "type", "typeVersion", "position", "disabled", "onError", "continueOnFail", "retryOnFail", "maxTries", "waitBetweenTries", "credentials", "notes", "notesInFlow", "webhookId"]);

/** Makes the nodes of a workflow from the nodes of an export. */
export class Builder {
  private readonly ids = new Map<string, string>();
  private readonly taken: Set<string>;

  constructor(
    private readonly flow: Flow,
    private readonly trigger: ExportNode | null,
    private readonly report: Report,
    triggerId: string,
  ) {
    this.taken = new Set([triggerId]);
    for (const { name, type } of flow.nodes.values()) {
      if (name === trigger?.name || type.endsWith(".stickyNote")) continue;
      this.ids.set(name, this.fresh(name));
    }
  }

  /** The workflow's own list. */
  nodes(): Json[] {
    const starts = this.trigger ? this.targetsOf(this.trigger.name) : [];
    return this.list(undefined, starts, "{{ event }}");
  }

  private fresh(wish: string): string {
    const id = freeId(this.taken, wish);
    this.taken.add(id);
    return id;
  }

  private targetsOf(name: string): string[] {
    return [...new Set(this.flow.edges.filter((edge) => edge.from === name).map((edge) => edge.to))];
  }

  /** The nodes of one list in the order in which they are reached; a run begins at the first. */
  private list(parent: string | undefined, starts: readonly string[], input: string): Json[] {
    const members = [...this.ids.keys()].filter((name) => this.flow.parents.get(name) === parent);
    const order = this.reached(starts, members);
    const made = order.flatMap((name) => this.made(name));
    if (starts.length < 2) return made;
    const begin = this.fresh("begin");
    this.report.add("changed", "Start", begin, "Several steps begin at once: a step before them leads to all");
    return [{ id: begin, set: input, next: starts.map((name) => this.entryId(name)) }, ...made];
  }

  private reached(starts: readonly string[], members: readonly string[]): string[] {
    const order: string[] = [];
    const seen = new Set<string>();
    const follow = (first: readonly string[]): void => {
      const open = first.filter((name) => members.includes(name));
      for (let here = open.shift(); here !== undefined; here = open.shift()) {
        if (seen.has(here)) continue;
        seen.add(here);
        order.push(here);
        open.push(...this.targetsOf(here));
      }
    };
    follow(starts);
    for (const name of members) if (!seen.has(name)) follow([name]);
    return order;
  }

  private sources(name: string): string[] {
    return [...new Set(this.flow.edges.filter((edge) => edge.to === name && !this.isErrorEdge(edge)).map((edge) => edge.from))];
  }

  /** Several ways lead to a step that does not wait for them: they meet in a join before it. */
  private meets(name: string): boolean {
    const node = this.flow.nodes.get(name);
    return node !== undefined && shortType(node) !== "merge" && this.sources(name).length > 1;
  }

  private readonly joins = new Map<string, string>();

  /** The id that leads to a step: that of the join before it, where there is one. */
  private entryId(name: string): string {
    const own = this.ids.get(name) ?? name;
    if (!this.meets(name)) return own;
    const known = this.joins.get(name);
    if (known !== undefined) return known;
    const id = this.fresh(`${own}_any`);
    this.joins.set(name, id);
    this.report.add("changed", name, own, "Several ways lead to it: it runs once, for the one that comes first");
    return id;
  }

  private made(name: string): Json[] {
    const node = this.flow.nodes.get(name);
    const id = this.ids.get(name);
    if (!node || id === undefined) return [];
    const made = this.node(node, id);
    this.flags(node, id);
    if (!this.meets(name)) return [made];
    return [{ id: this.entryId(name), join: "any", next: id }, made];
  }

  private node(node: ExportNode, id: string): Json {
    const title = node.name;
    if (node.disabled) return this.placeholder(node, id, "It is switched off in n8n: it stands beside the path, and the path goes around it");
    if (isTrigger(node)) return this.placeholder(node, id, "A workflow has one trigger: make another workflow that calls this one");
    const body = this.flow.bodies.get(node.name);
    if (body) return this.loop(node, id, body);
    const mapped = this.single(node) ?? mapNode(node, this.scope(node.name));
    if (!mapped) return this.placeholder(node, id, `There is no counterpart for ${node.type} as it is used here: build this step`);
    this.told(node, id, mapped);
    return { id, title, ...this.edges(node, mapped), ...this.retry(node, mapped, id) };
  }

  /** A merge that only one way leads to is none. */
  private single(node: ExportNode): MappedNode | null {
    if (shortType(node) !== "merge" || this.sources(node.name).length > 1) return null;
    return { fields: { set: `{{ ${this.scope(node.name).current} }}` }, notes: ["Only one way leads to it: there is nothing to wait for"] };
  }

  private loop(node: ExportNode, id: string, starts: readonly string[]): Json {
    const list = `{{ ${this.scope(node.name).current} }}`;
    this.report.add("changed", node.name, id, "n8n loops over the items of the step before; here over the list that it gives. One item at a time");
    const done = this.flow.edges.filter((edge) => edge.from === node.name && edge.output !== bodyOutput(node));
    return { id, title: node.name, for_each: list, do: this.list(node.name, starts, "{{ item }}"), ...this.next("next", done) };
  }

  private placeholder(node: ExportNode, id: string, words: string): Json {
    this.report.add("placeholder", node.name, id, words);
    const kept = { from: "n8n", type: node.type, original: node.original };
    const edges = this.flow.edges.filter((edge) => edge.from === node.name);
    if (new Set(edges.map((edge) => edge.output)).size > 1) this.report.add("changed", node.name, id, "It has several outputs: all that followed them follows it");
    return { id, title: node.name, [PLACEHOLDER]: kept, ...this.next("next", edges.filter((edge) => !this.isErrorEdge(edge))), ...this.errorEdge(node) };
  }

  private told(node: ExportNode, id: string, mapped: MappedNode): void {
    for (const words of mapped.notes) this.report.add("changed", node.name, id, words);
    for (const words of mapped.failed ?? []) this.report.add("changed", node.name, id, `This expression could not be translated and stands there as words: ${words}`);
    if (!mapped.notes.length && !mapped.failed?.length) this.report.add("mapped", node.name, id, "As it was");
    if (mapped.translated) this.report.add("changed", "Expressions", null, "A field that is missing is an error here, where n8n goes on with nothing: say default(…) where it may be missing");
  }

  private edges(node: ExportNode, mapped: MappedNode): JsonMap {
    const edges = this.flow.edges.filter((edge) => edge.from === node.name && !this.isErrorEdge(edge));
    const cases = mapped.fields["switch"];
    if (mapped.cases === undefined || !isList(cases)) return { ...mapped.fields, ...this.next("next", edges), ...this.errorEdge(node) };
    const led = cases.map((one, index) => ({ ...(one as object), ...this.next("next", edges.filter((edge) => edge.output === index)) }));
    return { ...mapped.fields, switch: led, ...this.errorEdge(node) };
  }

  private next(key: string, edges: readonly ExportEdge[]): JsonMap {
    const ids = [...new Set(edges.map((edge) => this.entryId(edge.to)))];
    return ids.length ? { [key]: ids.length === 1 ? (ids[0] ?? null) : ids } : {};
  }

  private isErrorEdge(edge: ExportEdge): boolean {
    const node = this.flow.nodes.get(edge.from);
    return node?.original["onError"] === "continueErrorOutput" && edge.output > 0 && !["if", "switch", "filter"].includes(shortType(node));
  }

  private errorEdge(node: ExportNode): JsonMap {
    const [edge, ...others] = this.flow.edges.filter((candidate) => candidate.from === node.name && this.isErrorEdge(candidate));
    for (const other of others) this.report.add("changed", node.name, this.ids.get(node.name) ?? null, `The edge for errors to “${other.to}” is not taken over: an exception leads to one step`);
    return edge ? { on_exception: this.ids.get(edge.to) ?? edge.to } : {};
  }

  private retry(node: ExportNode, mapped: MappedNode, id: string): JsonMap {
    if (node.original["retryOnFail"] !== true) return {};
    const tries = node.original["maxTries"];
    if (mapped.fields["action"] === undefined && mapped.fields["code"] === undefined) {
      this.report.add("left", node.name, id, "It is tried again after a failure in n8n; a step of this kind is not");
      return {};
    }
    return { retry: { attempts: Math.min(20, typeof tries === "number" ? tries : 3), over: "30m" } };
  }

  private flags(node: ExportNode, id: string): void {
    const goesOn = node.original["continueOnFail"] === true || node.original["onError"] === "continueRegularOutput";
    if (goesOn) this.report.add("changed", node.name, id, "n8n goes on after a failure; here it stops as an exception. Lead its exception port on if it should go on");
    const others = Object.keys(node.original).filter((key) => !KNOWN.has(key));
    if (others.length) this.report.add("left", node.name, id, `Not taken over: ${others.join(", ")}`);
  }

  private scope(name: string): Scope {
    return {
      current: this.current(name),
      outputOf: (other) => (other === this.trigger?.name ? "event" : this.ids.has(other) ? this.output(other) : undefined),
    };
  }

  private readonly currents = new Map<string, string>();

  /** What `$json` is in a step. The edges go forward, so that this comes to an end. */
  private current(name: string): string {
    const known = this.currents.get(name);
    if (known !== undefined) return known;
    const found = this.readCurrent(name);
    this.currents.set(name, found);
    return found;
  }

  private readCurrent(name: string): string {
    const parent = this.flow.parents.get(name);
    if (parent !== undefined && this.flow.bodies.get(parent)?.includes(name)) return "item";
    const sources = [...new Set(this.flow.edges.filter((edge) => edge.to === name).map((edge) => edge.from))];
    const outputs = [...new Set(sources.map((source) => this.output(source)))];
    const [first = "event", ...others] = outputs;
    return others.length ? `(${others.reduce((text, other) => `${text} | default(${other})`, first)})` : first;
  }

  private output(name: string): string {
    const node = this.flow.nodes.get(name);
    if (!node || name === this.trigger?.name) return "event";
    if (HANDS_ON.has(shortType(node)) && !node.disabled) return this.current(name);
    const suffix = shortType(node) === "httpRequest" && entry(node.parameters, "url") !== undefined ? ".body" : "";
    return `steps.${this.ids.get(name) ?? name}${suffix}`;
  }
}
