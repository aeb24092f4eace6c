import { changeDocument, type WorkflowDocument } from "../document";
import { TRIGGER_KEY } from "../graph/edge-key";
import { portsOf, targetsOf } from "../node";
import { nodeIndex, resolve, type NodeIndex } from "../node-index";
import { noSuchNode, replaceNode } from "./list";
import { done, refused, type Outcome } from "./outcome";
import { targetIds, withTargets } from "./retarget";

export interface Connect {
  readonly from: string;
  readonly port: string;
  readonly to: string;
}

/** Leads a port to a node. Ports of exceptions and of time lead to one node, the others to several. */
export function connect(document: WorkflowDocument, { from, port, to }: Connect): Outcome {
  const index = nodeIndex(document);
  const target = index.byKey.get(to);
  if (!target) return noSuchNode(to);
  if (target.id === null) return refused("This step has no id yet: nothing can lead to it");
  if (from === TRIGGER_KEY) return startWith(document, index, to);
  const source = index.byKey.get(from);
  if (!source) return noSuchNode(from);
  const found = portsOf(source.node).find((candidate) => candidate.name === port);
  if (!found) return refused("Nothing can follow this step here");
  if (source.parent !== target.parent) return refused("The body of a for-each stands for itself: no edge leads in or out");
  if (resolve(index, source.parent, target.id)?.key !== target.key) return refused(`The id “${target.id}” stands twice: give one of them another`);
  const ids = targetIds(source.node, port);
  if (ids.includes(target.id)) return refused("They are connected already");
  if (leadsTo(index, to, from)) return refused("This would lead back: a workflow goes forward");
  const single = ["exception", "timeout", "expired"].includes(port);
  const node = withTargets(source.node, found.path, port, single ? [target.id] : [...ids, target.id]);
  return done(replaceNode(document, source.path, node), single && ids.length ? "Lead elsewhere" : "Connect");
}

/** Can a run come from one node to the other? */
export function leadsTo(index: NodeIndex, from: string, to: string): boolean {
  const open = [from];
  const seen = new Set(open);
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === to) return true;
    const here = index.byKey.get(key);
    for (const { to: id } of here ? targetsOf(here.node) : []) {
      const next = here ? resolve(index, here.parent, id) : undefined;
      if (!next || seen.has(next.key)) continue;
      seen.add(next.key);
      open.push(next.key);
    }
  }
  return false;
}

function startWith(document: WorkflowDocument, index: NodeIndex, to: string): Outcome {
  const target = index.byKey.get(to);
  if (!target || target.parent !== null) return refused("A run begins with a step of the workflow's own list");
  if (target.index === 0) return refused("They are connected already");
  return done(changeDocument(document, [{ kind: "move", path: ["nodes"], from: target.index, to: 0 }]), "Begin with another step");
}
