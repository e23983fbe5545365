import { sipParametersMax } from "../../core/limits.js";
import { isParameterCode } from "./octets.js";
import type { Scanner } from "./scanner.js";

/** One `;name=value`: the name in lower case, the value as it stands on the wire, a quoted one with its quotes. */
export interface Parameter {
  readonly name: string;
  readonly value?: string;
}

/** The value of parameter `name`, "" where it has none, `undefined` where there is no such parameter. */
export function parameter(parameters: readonly Parameter[], name: string): string | undefined {
  for (const each of parameters) if (each.name === name) return each.value ?? "";
  return undefined;
}

/** The list with `name` set to `value`, in its old place if it had one. */
export function withParameter(
  parameters: readonly Parameter[],
  name: string,
  value: string,
): readonly Parameter[] {
  const changed = parameters.map((each) => (each.name === name ? { name, value } : each));
  return changed.some((each) => each.name === name) ? changed : [...changed, { name, value }];
}

/** What a quoted string says (RFC 3261 §25.1); any other text unchanged. */
export function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\([\s\S])/g, "$1") : text;
}

/** `;a=b;c`, as it is written. */
export function parametersText(parameters: readonly Parameter[]): string {
  let text = "";
  for (const { name, value } of parameters) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** The parameters of a header value: every `;name[=value]` that comes next. One given twice is an error. */
export function readParameters(scanner: Scanner): readonly Parameter[] {
  const parameters: Parameter[] = [];
  while (scanner.accept(";")) {
    const name = scanner.token("parameter").toLowerCase();
    if (parameters.some((each) => each.name === name)) scanner.fail(name, "bad-syntax");
    if (parameters.length >= sipParametersMax) scanner.fail(name, "too-long");
    if (scanner.failed) break;
    parameters.push(scanner.accept("=") ? { name, value: readValue(scanner, name) } : { name });
  }
  return parameters;
}

function readValue(scanner: Scanner, name: string): string {
  return scanner.peek() === '"' ? scanner.quoted(name) : scanner.run(name, isParameterCode);
}
