/** What is chosen, and everything that can be said about it. */
export function Inspector() {
  return <aside className="insp" aria-label="Inspector" />;
}
