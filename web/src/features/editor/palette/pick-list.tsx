import clsx from "clsx";
import { Search } from "lucide-react";
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState } from "react";

import type { Entry } from "./entries";
import { found, markedParts } from "./search";

interface PickListProps {
  readonly label: string;
  readonly placeholder: string;
  readonly entries: readonly Entry[];
  /** What Enter does, for the foot. */
  readonly does: string;
  readonly empty: string;
  readonly onPick: (entry: Entry) => void;
  readonly onClose: () => void;
}

const SHOWN = 60;

/** A list that is searched while one types: arrows choose, Enter takes, Escape leaves everything as it was. */
export function PickList({ label, placeholder, entries, does, empty, onPick, onClose }: PickListProps) {
  const [typed, setTyped] = useState("");
  const query = useDeferredValue(typed);
  const hits = useMemo(() => found(entries, query), [entries, query]);
  const shown = hits.slice(0, SHOWN);
  const [at, setAt] = useState(0);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => setAt(0), [query]);
  useEffect(() => {
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at, query]);
  useOutside(box, onClose);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (by !== undefined) setAt((now) => Math.min(Math.max(now + by, 0), Math.max(0, shown.length - 1)));
    else if (event.key === "Escape") onClose();
    else if (event.key === "Enter") {
      // Whoever types faster than the list follows gets what they typed, not what still stands there.
      const entry = query === typed ? shown[at] : found(entries, typed)[0];
      if (entry) onPick(entry);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="pal" role="dialog" aria-label={label} ref={box} onKeyDown={onKeyDown}>
      <div className="q">
        <Search className="i" aria-hidden="true" />
        <input autoFocus role="combobox" aria-label={label} aria-expanded="true" aria-controls={`${id}-list`} aria-activedescendant={shown[at] ? `${id}-${at}` : undefined} aria-autocomplete="list" placeholder={placeholder} value={typed} onChange={(event) => setTyped(event.target.value)} />
      </div>
      <ul role="listbox" id={`${id}-list`} aria-label={label}>
        {shown.map((entry, index) => (
          <Row key={entry.id} entry={entry} id={`${id}-${index}`} chosen={index === at} query={query} head={query.trim() === "" ? (entry.group === shown[index - 1]?.group ? null : entry.group) : index === 0 ? "Does what you typed" : null} onPick={() => onPick(entry)} />
        ))}
      </ul>
      {shown.length === 0 ? <p className="pal-empty">{empty}</p> : null}
      <footer>
        <span>
          <kbd className="kbd">Enter</kbd> {does}
        </span>
        <span className="push">{hits.length > SHOWN ? `${hits.length - SHOWN} more` : ""}</span>
      </footer>
    </div>
  );
}

function Row({ entry, id, chosen, query, head, onPick }: { entry: Entry; id: string; chosen: boolean; query: string; head: string | null; onPick: () => void }) {
  const Icon = entry.icon;
  return (
    <>
      {head === null ? null : (
        <li className="grp" role="presentation">
          {head}
        </li>
      )}
      <li role="option" id={id} aria-selected={chosen} className={clsx(chosen && "is-chosen")} onMouseDown={(event) => event.preventDefault()} onClick={onPick}>
        <Icon className="i" aria-hidden="true" />
        <span className="cut">
          {markedParts(entry.title, query).map((part, index) => (part.hit ? <mark key={index}>{part.text}</mark> : part.text))}
          <small className="cut">{entry.words}</small>
        </span>
        <span className="t11 c3">{entry.tail}</span>
      </li>
    </>
  );
}

/** Closes when something else is pressed. */
function useOutside(box: { readonly current: HTMLElement | null }, onClose: () => void): void {
  const latest = useRef(onClose);
  useEffect(() => {
    latest.current = onClose;
  });
  useEffect(() => {
    const onDown = (event: PointerEvent): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) === false) latest.current();
    };
    document.addEventListener("pointerdown", onDown, true);
    return () => document.removeEventListener("pointerdown", onDown, true);
  }, [box]);
}
