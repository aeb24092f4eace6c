import { Link } from "@tanstack/react-router";
import { ArrowLeft, ChevronRight } from "lucide-react";

interface CrumbUpProps {
  to: "/workflows" | "/runs" | "/connections";
  name: string;
}

/** The way up before a title; on a phone an arrow, so that the title has the room. */
export function CrumbUp({ to, name }: CrumbUpProps) {
  return (
    <>
      <Link to={to} className="crumb-up" aria-label={name}>
        <ArrowLeft className="i narrow" aria-hidden="true" />
        <span className="wide">{name}</span>
      </Link>
      <ChevronRight className="i i--s wide" aria-hidden="true" />
    </>
  );
}
