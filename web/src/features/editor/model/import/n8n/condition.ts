import { entry, isList, isMap, type Json, shown } from "../../text/value";
import { operand, type Scope } from "./expression";

type Compare = (left: string, right: string) => string;

/** Operations of all versions of n8n's conditions. */
const OPERATIONS: Readonly<Record<string, Compare>> = {
  equals: (a, b) => `${a} == ${b}`,
  equal: (a, b) => `${a} == ${b}`,
  notEquals: (a, b) => `${a} != ${b}`,
  notEqual: (a, b) => `${a} != ${b}`,
  contains: (a, b) => `${b} in ${a}`,
  notContains: (a, b) => `${b} not in ${a}`,
  startsWith: (a, b) => `${a} is startingwith(${b})`,
  notStartsWith: (a, b) => `${a} is not startingwith(${b})`,
  endsWith: (a, b) => `${a} is endingwith(${b})`,
  notEndsWith: (a, b) => `${a} is not endingwith(${b})`,
  gt: (a, b) => `${a} > ${b}`,
  larger: (a, b) => `${a} > ${b}`,
  gte: (a, b) => `${a} >= ${b}`,
  largerEqual: (a, b) => `${a} >= ${b}`,
  lt: (a, b) => `${a} < ${b}`,
  smaller: (a, b) => `${a} < ${b}`,
  lte: (a, b) => `${a} <= ${b}`,
  smallerEqual: (a, b) => `${a} <= ${b}`,
  after: (a, b) => `${a} | after(${b})`,
  before: (a, b) => `${a} | before(${b})`,
  lengthEquals: (a, b) => `${a} | length == ${b}`,
  lengthGt: (a, b) => `${a} | length > ${b}`,
  lengthLt: (a, b) => `${a} | length < ${b}`,
  exists: (a) => `${a} is defined`,
  notExists: (a) => `${a} is not defined`,
  isEmpty: (a) => `not (${a} | default(''))`,
  empty: (a) => `not (${a} | default(''))`,
  isNotEmpty: (a) => `(${a} | default('')) is not none and (${a} | default('')) != ''`,
  notEmpty: (a) => `(${a} | default('')) is not none and (${a} | default('')) != ''`,
  true: (a) => `${a} == true`,
  false: (a) => `${a} == false`,
};

/** Conditions of an if, a filter or a rule of a switch as one expression; nothing where one of them cannot be said. */
export function conditionOf(conditions: Json | undefined, combine: Json | undefined, scope: Scope): string | null {
  const list = entry(conditions, "conditions");
  const parts = isList(list) ? list.map((one) => newForm(one, scope)) : oldForm(conditions, scope);
  if (!parts.length || parts.some((part) => part === null)) return null;
  const word = (entry(conditions, "combinator") ?? combine) === "or" || combine === "any" ? " or " : " and ";
  return parts.length === 1 ? (parts[0] ?? null) : parts.map((part) => `(${part ?? ""})`).join(word);
}

function newForm(one: Json, scope: Scope): string | null {
  const operation = entry(entry(one, "operator"), "operation");
  return compared(typeof operation === "string" ? operation : "", entry(one, "leftValue"), entry(one, "rightValue"), scope);
}

/** The first version keeps the conditions by the type of their values. */
function oldForm(conditions: Json | undefined, scope: Scope): (string | null)[] {
  if (!isMap(conditions)) return [];
  return Object.entries(conditions).flatMap(([type, list]) =>
    (isList(list) ? list : []).map((one) => {
      const operation = entry(one, "operation") ?? (type === "number" ? "smaller" : "equal");
      return compared(shown(operation), entry(one, "value1"), entry(one, "value2"), scope);
    }),
  );
}

export function compared(operation: string, left: Json | undefined, right: Json | undefined, scope: Scope): string | null {
  const compare = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  const [a, b] = [operand(left, scope), operand(right ?? "", scope)];
  return compare && a !== null && b !== null ? compare(a, b) : null;
}
