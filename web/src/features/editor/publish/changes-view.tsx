export function ChangesView() {
  return <aside className="insp" aria-label="Changes" />;
}
