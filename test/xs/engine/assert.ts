/**
 * `node:assert/strict` as far as our tests use it, for XS. `assert.test.ts` compares it with Node's on a table of
 * cases.
 */
import { deepEqual as sameThroughout } from "./deep-equal.js";
import { shown } from "./shown.js";

type Message = string | Error | undefined;
type Expectation =
  RegExp | (new (...parameters: never[]) => unknown) | ((error: unknown) => boolean) | Readonly<Bag>;
type Bag = Record<string, unknown>;

/** What a failed assertion throws. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
  readonly code = "ERR_ASSERTION";
  readonly actual: unknown;
  readonly expected: unknown;

  constructor({ message, actual, expected }: { message: string; actual?: unknown; expected?: unknown }) {
    super(message);
    this.actual = actual;
    this.expected = expected;
  }
}

export function ok(value: unknown, message?: Message): asserts value {
  if (!value) refuse(message, `${shown(value)} is not truthy`, value, true);
}

export function equal(actual: unknown, expected: unknown, message?: Message): void {
  if (Object.is(actual, expected)) return;
  refuse(message, `${shown(actual)} is not ${shown(expected)}`, actual, expected);
}

export function notEqual(actual: unknown, expected: unknown, message?: Message): void {
  if (Object.is(actual, expected)) refuse(message, `is ${shown(expected)}`, actual, expected);
}

export function deepEqual(actual: unknown, expected: unknown, message?: Message): void {
  if (sameThroughout(actual, expected)) return;
  refuse(message, `${shown(actual)} does not deeply equal ${shown(expected)}`, actual, expected);
}

export function notDeepEqual(actual: unknown, expected: unknown, message?: Message): void {
  if (sameThroughout(actual, expected)) refuse(message, `deeply equals ${shown(expected)}`, actual, expected);
}

export function match(text: unknown, pattern: RegExp, message?: Message): void {
  if (typeof text === "string" && matches(pattern, text)) return;
  refuse(message, `${shown(text)} does not match ${String(pattern)}`, text, pattern);
}

export function doesNotMatch(text: unknown, pattern: RegExp, message?: Message): void {
  if (typeof text === "string" && !matches(pattern, text)) return;
  refuse(message, `${shown(text)} matches ${String(pattern)}`, text, pattern);
}

export function fail(message?: Message): never {
  throw made(message, "Failed", undefined, undefined);
}

/** `expected` is a pattern of the error's text, its class, some of its properties, or a judge of it. */
export function throws(body: () => unknown, expected?: Expectation | string, message?: Message): void {
  let thrown: unknown;
  try {
    body();
  } catch (error) {
    thrown = { error };
  }
  judge(thrown as { error: unknown } | undefined, expected, message);
}

export function doesNotThrow(body: () => unknown, message?: Message): void {
  try {
    body();
  } catch (error) {
    refuse(message, `threw ${String(error)}`, error, undefined);
  }
}

/** As `throws`, of a promise. */
export async function rejects(
  body: Promise<unknown> | (() => Promise<unknown>),
  expected?: Expectation | string,
  message?: Message,
): Promise<void> {
  let thrown: { error: unknown } | undefined;
  try {
    await (typeof body === "function" ? body() : body);
  } catch (error) {
    thrown = { error };
  }
  judge(thrown, expected, message);
}

function judge(
  thrown: { error: unknown } | undefined,
  expected: Expectation | string | undefined,
  message: Message,
): void {
  const told = typeof expected === "string" ? expected : message;
  if (thrown === undefined) refuse(told, "nothing was thrown", undefined, expected);
  else if (expected !== undefined && typeof expected !== "string") {
    judgeError(thrown.error, expected, told);
  }
}

function judgeError(error: unknown, expected: Expectation, message: Message): void {
  if (expected instanceof RegExp) {
    if (!matches(expected, String(error)))
      refuse(message, `${String(error)} does not match ${String(expected)}`, error, expected);
  } else if (typeof expected === "function") {
    judgeByFunction(error, expected as (error: unknown) => boolean, message);
  } else {
    for (const [key, value] of Object.entries(expected)) {
      judgeProperty((error as Bag | undefined)?.[key], value, `${message ?? "the error's"} ${key}`);
    }
  }
}

function judgeByFunction(error: unknown, expected: (error: unknown) => boolean, message: Message): void {
  const type = expected.prototype as unknown;
  if (type !== undefined && error instanceof expected) return;
  // An error of another class goes on: it is not the one that the test is about.
  if (type === Error.prototype || type instanceof Error) throw error;
  if (!expected.call({}, error)) refuse(message, "the error is another", error, expected);
}

function judgeProperty(actual: unknown, expected: unknown, message: string): void {
  if (expected instanceof RegExp && typeof actual === "string") match(actual, expected, message);
  else deepEqual(actual, expected, message);
}

/** Whatever an earlier match left in a sticky or global pattern. */
function matches(pattern: RegExp, text: string): boolean {
  return pattern.exec(text) !== null;
}

function refuse(message: Message, otherwise: string, actual: unknown, expected: unknown): never {
  throw made(message, otherwise, actual, expected);
}

function made(message: Message, otherwise: string, actual: unknown, expected: unknown): Error {
  if (message instanceof Error) return message;
  return new AssertionError({
    message: message === undefined ? otherwise : `${message}: ${otherwise}`,
    actual,
    expected,
  });
}

/** `assert(x)`, and all of the above as its properties, as Node has it. */
export const assert = Object.assign(
  (value: unknown, message?: Message): void => {
    ok(value, message);
  },
  {
    AssertionError,
    ok,
    equal,
    strictEqual: equal,
    notEqual,
    notStrictEqual: notEqual,
    deepEqual,
    deepStrictEqual: deepEqual,
    notDeepEqual,
    notDeepStrictEqual: notDeepEqual,
    match,
    doesNotMatch,
    fail,
    throws,
    doesNotThrow,
    rejects,
  },
);

export { assert as default };
