export function TextView() {
  return <aside className="insp" aria-label="Text" />;
}
