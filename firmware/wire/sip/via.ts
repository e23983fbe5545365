import type { Endpoint } from "../../core/endpoint.js";
import { type HostPort, hostPortText, readHostPort } from "./host.js";
import { type Parameter, parameter, parametersText, readParameters, withParameter } from "./parameters.js";
import type { Scanner } from "./scanner.js";

/** One hop of a Via (RFC 3261 §20.42): `SIP/2.0/UDP host:port;branch=…`. */
export interface Via extends HostPort {
  /** In upper case, as it is written. */
  readonly transport: string;
  readonly parameters: readonly Parameter[];
}

/**
 * What a branch of RFC 3261 begins with (§8.1.1.7); a branch without it, or with nothing after it, identifies
 * nothing.
 */
export const branchCookie = "z9hG4bK";

/** The branch, "" where there is none. */
export function branchOf(via: Via): string {
  return parameter(via.parameters, "branch") ?? "";
}

/** Whether the branch alone identifies the transaction (RFC 3261 §17.2.3). */
export function hasUniqueBranch(via: Via): boolean {
  const branch = branchOf(via);
  return branch.length > branchCookie.length && branch.toLowerCase().startsWith(branchCookie.toLowerCase());
}

/** As it is written. */
export function viaText(via: Via): string {
  return `SIP/2.0/${via.transport} ${hostPortText(via)}${parametersText(via.parameters)}`;
}

/**
 * What a server notes on the topmost Via of a request that came in a datagram from `source`: where it really came from
 * (RFC 3261 §18.2.1), whatever the client says itself, and its port if the client asked for that (RFC 3581 §4). Not
 * used on links, which have no port.
 */
export function withSource(via: Via, source: Endpoint): Via {
  const wantsPort = parameter(via.parameters, "rport") !== undefined;
  const claimed = parameter(via.parameters, "received") !== undefined;
  if (!wantsPort && !claimed && via.host === source.address) return via;
  const parameters = withParameter(via.parameters, "received", source.address);
  return {
    ...via,
    parameters: wantsPort ? withParameter(parameters, "rport", `${source.port}`) : parameters,
  };
}

/** Reads one hop; white space may stand around every separator. */
export function readVia(scanner: Scanner): Via {
  const at = scanner.offset;
  const name = scanner.space().token("protocol");
  scanner.expect("/", "protocol");
  const version = scanner.token("version");
  scanner.expect("/", "protocol");
  const transport = scanner.token("transport").toUpperCase();
  if (name.toUpperCase() !== "SIP" || version !== "2.0") scanner.fail("protocol", "unknown-kind", at);
  const before = scanner.offset;
  if (scanner.space().offset === before) scanner.fail("sent-by", "bad-syntax");
  const sentBy = readHostPort(scanner);
  return { transport, ...sentBy, parameters: readParameters(scanner) };
}
