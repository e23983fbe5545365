/**
 * The abstract syntax of the part of CDDL (RFC 8610) that our descriptions use. What is left out (sockets, generics,
 * unwrapping, tags, floats) is refused by the parser, never ignored.
 */

/** RFC 8610 §2.2: what one data item may be. */
export type Type =
  | { readonly form: "choice"; readonly of: readonly Type[] }
  | { readonly form: "literal"; readonly value: number | string | Uint8Array }
  | { readonly form: "range"; readonly least: number; readonly most: number }
  | { readonly form: "name"; readonly name: string }
  | { readonly form: "array"; readonly group: Group }
  | { readonly form: "map"; readonly group: Group }
  | { readonly form: "control"; readonly target: Type; readonly operator: Operator; readonly argument: Type };

/** RFC 8610 §3.8. */
export type Operator = ".size" | ".cbor" | ".regexp";

/** RFC 8610 §2.1: alternatives, each a sequence of entries. */
export type Group = readonly (readonly Entry[])[];

/** RFC 8610 §3.2: how often an entry may occur. */
export interface Entry {
  readonly least: number;
  readonly most: number;
  readonly what: Member | Inline;
}

/** One item of an array or one pair of a map. */
export interface Member {
  readonly form: "member";
  /** In an array only a name for the reader; in a map the key. */
  readonly key?: Key;
  readonly type: Type;
}

/** A group in parentheses. A group by name is a member whose type is a name, told apart when it is matched. */
export interface Inline {
  readonly form: "inline";
  readonly group: Group;
}

export interface Key {
  /** What stands before the colon, or a short form of the type before `=>`. */
  readonly text: string;
  readonly type: Type;
}

/** What a name stands for. */
export type Rule =
  { readonly form: "type"; readonly type: Type } | { readonly form: "group"; readonly group: Group };
