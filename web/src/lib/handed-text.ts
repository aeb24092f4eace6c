/**
 * A workflow text on its way to the editor: what was made here, pasted or imported is no draft of the server yet.
 * It stays until the editor takes it, over a reload too, and belongs to this tab alone.
 */
const key = (workspace: string, workflow: string): string => `throughline.handed/${workspace}/${workflow}`;

export function handText(workspace: string, workflow: string, text: string): void {
  sessionStorage.setItem(key(workspace, workflow), text);
}

/** The text that was handed over, if there is one; it stays where it is. */
export function handedText(workspace: string, workflow: string): string | null {
  return sessionStorage.getItem(key(workspace, workflow));
}

/** The editor has kept it as a draft of its own. */
export function dropHandedText(workspace: string, workflow: string): void {
  sessionStorage.removeItem(key(workspace, workflow));
}
