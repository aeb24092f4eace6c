import { Ellipsis } from "lucide-react";

import { Menu, MenuItem, MenuLabel, MenuLine } from "@/components/menu";
import { toast } from "@/lib/toasts";

import { useCanvasActs } from "../canvas/acts";
import { KIND_WORDS } from "../canvas/kinds";
import { changeKind } from "../model/commands/change-kind";
import { groupNodes, ungroup } from "../model/commands/group-nodes";
import { groupsOf } from "../model/layout/groups";
import { kindOf, portsOf, type NodeKind } from "../model/node";
import { nodeIndex } from "../model/node-index";
import { openOverlay } from "../state/editor-store";
import { useDocument, useEditor, useEditorStore, useRun } from "../state/context";
import { portWords } from "./next-tab";

const KINDS: readonly Exclude<NodeKind, "unknown">[] = ["action", "set", "switch", "raise", "ask", "wait", "code", "call", "end"];

/** All that can be done with a step. */
export function StepMenu({ node }: { node: string }) {
  const readOnly = useEditor((state) => state.readOnly);
  if (readOnly) return null;
  return (
    <Menu
      trigger={
        <button type="button" className="btn btn--quiet btn--icon btn--s push" aria-label="What can be done with this step" data-step-menu>
          <Ellipsis className="i" aria-hidden="true" />
        </button>
      }
    >
      <StepMenuItems node={node} />
    </Menu>
  );
}

function StepMenuItems({ node }: { node: string }) {
  const store = useEditorStore();
  const run = useRun();
  const acts = useCanvasActs();
  const document = useDocument();
  const found = nodeIndex(document).byKey.get(node);
  const value = found?.node ?? null;
  const kind = kindOf(value);
  const group = groupsOf(document).find((one) => found?.id !== null && found?.id !== undefined && one.nodes.includes(found.id));
  return (
    <>
      {portsOf(value).map((port) => (
        <MenuItem key={port.name} onSelect={() => acts.addAfter(node, port.name)}>
          Add a step: {portWords(port).slice(0, 40)}
        </MenuItem>
      ))}
      <MenuItem onSelect={() => openOverlay(store, { kind: "connect", from: node })}>
        Connect to… <kbd className="kbd push">C</kbd>
      </MenuItem>
      <MenuLine />
      <MenuItem onSelect={() => acts.duplicate()}>
        Duplicate <kbd className="kbd push">Ctrl D</kbd>
      </MenuItem>
      <MenuItem onSelect={() => void navigator.clipboard.writeText(acts.copied()).then(() => toast("Copied as text"), () => toast("The browser did not allow copying", { tone: "failed" }))}>
        Copy as text <kbd className="kbd push">Ctrl C</kbd>
      </MenuItem>
      {group ? <MenuItem onSelect={() => run((now) => ungroup(now, group.id))}>Ungroup</MenuItem> : <MenuItem onSelect={() => run((now) => groupNodes(now, { keys: [node], title: "Group" }))}>Group</MenuItem>}
      <MenuItem onSelect={() => acts.remove()}>
        Delete <kbd className="kbd push">Del</kbd>
      </MenuItem>
      <MenuLine />
      <MenuLabel>Make another kind of it</MenuLabel>
      {KINDS.filter((one) => one !== kind).map((one) => (
        <MenuItem key={one} onSelect={() => run((now) => changeKind(now, { key: node, kind: one }))}>
          {KIND_WORDS[one]}
        </MenuItem>
      ))}
    </>
  );
}
