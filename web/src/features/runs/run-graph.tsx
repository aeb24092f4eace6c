import clsx from "clsx";
import { memo, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from "react";

import { Mark } from "@/components/mark";
import type { Card, Picture, Way } from "@/lib/picture";

import { besides, isArrow } from "./graph-move";
import { nameOf, type CardState, type Gate, type GraphState } from "./graph-state";
import { reveal, useScale } from "./graph-view";

interface GraphProps {
  picture: Picture;
  state: GraphState;
  /** The step that is shown beside the table. */
  chosen: string | undefined;
  onChoose: (path: string) => void;
}

/** The workflow of the run, each step with how it stands, and the ways it went. */
export function RunGraph({ picture, state, chosen, onChoose }: GraphProps) {
  const room = useRef<HTMLDivElement>(null);
  const scale = useScale(room, picture);
  const { width, height } = picture;
  const shown = chosen === undefined ? undefined : picture.cards.find((card) => card.step === nameOf(chosen));
  useEffect(() => {
    if (room.current && shown) reveal(room.current, shown, scale);
  }, [shown, scale]);
  return (
    <section className="panel rg" aria-label="Graph of the run">
      <div className="rg-room" ref={room}>
        <div className="rg-size" style={{ width: width * scale, height: height * scale }}>
          <div className="rg-all" style={{ width, height, transform: `scale(${scale})` }}>
            <Ways picture={picture} state={state} />
            <Cards cards={picture.cards} state={state} chosen={shown} onChoose={onChoose} room={room} scale={scale} />
          </div>
        </div>
      </div>
    </section>
  );
}

interface CardsProps {
  cards: readonly Card[];
  state: GraphState;
  chosen: Card | undefined;
  onChoose: (path: string) => void;
  room: RefObject<HTMLDivElement | null>;
  scale: number;
}

const keyOf = (target: EventTarget): string | undefined => (target instanceof Element ? target.closest<HTMLElement>("[data-key]")?.dataset.key : undefined);

/** One stop of the tabulator: arrows lead from step to step, Enter chooses. */
function Cards({ cards, state, chosen, onChoose, room, scale }: CardsProps) {
  const [focused, setFocused] = useState<string | null>(null);
  const steps = useMemo(() => cards.filter((card) => card.step !== null), [cards]);
  const stop = focused ?? chosen?.key ?? steps[0]?.key;
  const choose = (key: string | undefined): void => {
    const path = key === undefined ? null : state.cards.get(key)?.path;
    if (path) onChoose(path);
  };
  const onKey = (event: KeyboardEvent<HTMLUListElement>): void => {
    const from = steps.find((card) => card.key === keyOf(event.target));
    if (!from || !isArrow(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = besides(steps, from, event.key);
    if (!next) return;
    event.currentTarget.querySelector<HTMLElement>(`[data-key="${CSS.escape(next.key)}"]`)?.focus({ preventScroll: true });
    if (room.current) reveal(room.current, next, scale);
  };
  const onFocus = useCallback(({ target }: { target: EventTarget }) => setFocused(keyOf(target) ?? null), []);
  return (
    <ul role="list" aria-label="Steps of the workflow" onClick={({ target }) => choose(keyOf(target))} onKeyDown={onKey} onFocus={onFocus} onBlur={() => setFocused(null)}>
      {cards.map((card) => {
        const at = state.cards.get(card.key);
        return at ? <OneCard key={card.key} card={card} {...at} chosen={card === chosen} stop={card.key === stop} /> : null;
      })}
    </ul>
  );
}

type OneCardProps = CardState & { card: Card; chosen: boolean; stop: boolean };

const lower = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

const OneCard = memo(function OneCard({ card, mark, tone, words, took, path, chosen, stop }: OneCardProps) {
  const { key, title, system, Icon, kind, frame, x, y, width, height } = card;
  const said = took ? `${words}, ${took}` : words;
  const face = (
    <>
      <span className="rg-name">
        <Icon className="i" aria-hidden="true" />
        <span>{title}</span>
      </span>
      <span className={clsx("rg-state", tone)}>
        <Mark name={mark} />
        <span className="rg-words">
          <span className="cut">{words}</span>
          {took ? <span className="c3">{`, ${took}`}</span> : null}
        </span>
      </span>
    </>
  );
  const look = clsx("rg-card", `rg-card--${mark}`, frame && "rg-card--frame", kind === "trigger" && "rg-card--trigger", card.line === "exception" && "rg-card--aside", card.step !== null && path === null && "rg-card--far");
  const about = `${title} (${system}): ${said}`;
  return (
    <li style={{ left: x, top: y, width, height }} title={about}>
      {card.step === null ? (
        <div className={look}>
          {face}
        </div>
      ) : (
        <button type="button" className={look} data-key={key} tabIndex={stop ? 0 : -1} aria-label={`${title}: ${lower(said)}`} aria-current={chosen ? "step" : undefined} aria-disabled={path === null ? true : undefined}>
          {face}
        </button>
      )}
    </li>
  );
});

const joined = (ways: readonly Way[], what: "path" | "head"): string => ways.map((way) => way[what]).join("");

/** Those of one kind are one path: many steps have few lines to draw. */
const Ways = memo(function Ways({ picture: { width, height, ways }, state: { taken, gates } }: { picture: Picture; state: GraphState }) {
  const went = ways.filter((way) => taken.has(way.key));
  const left = ways.filter((way) => !taken.has(way.key));
  const normal = went.filter((way) => way.side === "normal");
  const aside = went.filter((way) => way.side === "exception");
  return (
    <svg className="rg-ways" width={width} height={height} aria-hidden="true">
      <path className="rg-left" d={joined(left, "path")} />
      <path className="rg-left-head" d={joined(left, "head")} />
      <path className="rg-bed" d={joined(normal, "path")} />
      <path className="rg-went" d={joined(normal, "path")} />
      <path className="rg-went-head" d={joined(normal, "head")} />
      <path className="rg-aside" d={joined(aside, "path")} />
      <path className="rg-aside-head" d={joined(aside, "head")} />
      {went.map((way) => {
        const gate = gates.get(way.to);
        return gate ? <GateMark key={way.key} gate={gate} {...way.middle} /> : null;
      })}
    </svg>
  );
});

const GATE_WORDS: Readonly<Record<Gate, string>> = { waits: "Waits for approval", passed: "Approved", asked: "Somebody was asked" };

function GateMark({ gate, x, y }: { gate: Gate; x: number; y: number }) {
  return (
    <g className="rg-gate" transform={`translate(${x - 11} ${y - 11})`}>
      <title>{GATE_WORDS[gate]}</title>
      <rect width="22" height="22" rx="6" />
      <path d="M7 6v10M15 6v10M7 9h8M7 13h8" />
    </g>
  );
}
