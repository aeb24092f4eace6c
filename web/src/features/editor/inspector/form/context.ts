import { createContext, useContext } from "react";

import type { Schema } from "../../api";
import type { Json, Path } from "../../model/text/value";

/** What all fields of one form share. */
export interface FormWorld {
  /** The step whose expressions are completed here; nothing for the workflow itself. */
  readonly node: string | null;
  /** The schema that references are looked up in. */
  readonly root: Schema;
  readonly readOnly: boolean;
  /** May texts hold expressions? */
  readonly templates: boolean;
  readonly write: (path: Path, value: Json | undefined) => void;
}

export const FormContext = createContext<FormWorld | null>(null);

export function useForm(): FormWorld {
  const world = useContext(FormContext);
  if (!world) throw new Error("there is no form around this field");
  return world;
}

export interface FieldProps {
  readonly schema: Schema;
  readonly value: Json | undefined;
  readonly path: Path;
  readonly label: string;
  readonly required: boolean;
}

export const isExpression = (value: unknown): value is string => typeof value === "string" && /\{[{%]/.test(value);
