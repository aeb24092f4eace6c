/** What floats above the editor. */
export function Overlays() {
  return null;
}
