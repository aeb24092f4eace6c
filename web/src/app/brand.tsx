export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 24 24" fill="none" aria-hidden="true">
        <path d="M1.500 9h21" stroke="var(--path-line)" strokeWidth="3" />
        <path d="M12 9v3.500c0 4 2 6.500 6 6.500h3" stroke="var(--exc-line)" strokeWidth="2" strokeDasharray="3 2.200" />
        <circle cx="12" cy="9" r="4" fill="var(--surface)" stroke="var(--ink)" strokeWidth="2.500" />
      </svg>
      <span>Throughline</span>
    </span>
  );
}
