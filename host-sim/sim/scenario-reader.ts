import { CommandFault } from "../command-line.js";

/** What is allowed of a number. */
export interface Range {
  readonly least: number;
  readonly most: number;
  readonly isWhole?: boolean;
}

/** An object of a scenario file. Each member is taken once, and what nobody took is a fault that names it. */
export class ObjectReader {
  readonly #path: string;
  readonly #members: Map<string, unknown>;

  /** `path` is where it stands, for people: "churn.json: steps[2]". */
  constructor(path: string, value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw fault(path, "an object is wanted");
    this.#path = path;
    this.#members = new Map(Object.entries(value));
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  number(name: string, range: Range, otherwise?: number): number {
    const value = this.#take(name) ?? otherwise;
    const { least, most, isWhole = false } = range;
    const fits = typeof value === "number" && value >= least && value <= most;
    if (!fits || (isWhole && !Number.isInteger(value)))
      throw fault(this.#of(name), `a ${isWhole ? "whole " : ""}number from ${least} to ${most} is wanted`);
    return value;
  }

  text(name: string, otherwise?: string): string {
    const value = this.#take(name) ?? otherwise;
    if (typeof value !== "string") throw fault(this.#of(name), "a text is wanted");
    return value;
  }

  /** True or false; false where it is absent. */
  isSet(name: string): boolean {
    const value = this.#take(name) ?? false;
    if (typeof value !== "boolean") throw fault(this.#of(name), "true or false is wanted");
    return value;
  }

  choice<T extends string>(name: string, allowed: readonly T[], otherwise?: T): T {
    const value = this.#take(name) ?? otherwise;
    const chosen = allowed.find((each) => each === value);
    if (chosen === undefined) throw fault(this.#of(name), "one of these is wanted", allowed);
    return chosen;
  }

  /** A list of one or more of `allowed`; all of them where it is absent. */
  choices<T extends string>(name: string, allowed: readonly T[]): readonly T[] {
    const value = this.#take(name) ?? allowed;
    const chosen = Array.isArray(value) ? value.map((each) => allowed.find((one) => one === each)) : [];
    const found = chosen.filter((each) => each !== undefined);
    if (found.length === 0 || found.length < chosen.length)
      throw fault(this.#of(name), "a list of some of these is wanted", allowed);
    return found;
  }

  object(name: string): ObjectReader {
    return new ObjectReader(this.#of(name), this.#take(name));
  }

  /** The objects of a list; none where it is absent. */
  objects(name: string): ObjectReader[] {
    const value = this.#take(name) ?? [];
    if (!Array.isArray(value)) throw fault(this.#of(name), "a list is wanted");
    return value.map((each: unknown, at) => new ObjectReader(`${this.#of(name)}[${at}]`, each));
  }

  /** To be called at the end: members nobody asked for are misspelt. */
  finish(): void {
    const [name] = this.#members.keys();
    if (name !== undefined) throw fault(this.#of(name), "there is no such member here");
  }

  #take(name: string): unknown {
    const value = this.#members.get(name);
    this.#members.delete(name);
    return value;
  }

  #of(name: string): string {
    return this.#path.endsWith(":") ? `${this.#path} ${name}` : `${this.#path}.${name}`;
  }
}

function fault(path: string, message: string, allowed?: readonly string[]): CommandFault {
  const choice = allowed === undefined ? "" : `: ${allowed.join(", ")}`;
  return new CommandFault("bad-scenario", `${path}: ${message}${choice}`);
}
