import { serviceLoadMax } from "../core/limits.js";
import { table } from "./table.js";

/** Who offers a service, as far as it is known; in the order in which they are to be tried. */
export interface ServicesView {
  readonly event: "services";
  readonly service: string;
  readonly providers: readonly ProviderRow[];
  /** Why the overlay did not answer, where it did not. */
  readonly fault?: string;
}

/** One who offers a service. */
export interface ProviderRow {
  readonly name: string;
  readonly nodeId: string;
  /** Users it serves at one time. */
  readonly capacity: number;
  /** "anyone", "domain" or "arranged": whom it serves. */
  readonly policy: string;
  /** Where it is, for a service that is not spoken over links. */
  readonly address?: string;
  /** How much of that was in use, 1 .. 255 of 255; absent: nearly nothing. */
  readonly load?: number;
  /** The round trip to it, where it is linked and that was measured. */
  readonly rttMs?: number;
  /** Of a gateway: how the numbers begin that it reaches, and what a minute costs. */
  readonly paths?: readonly { readonly prefix: string; readonly cost: number }[];
}

/** What this peer offers. */
export interface OffersView {
  readonly event: "offers";
  readonly offers: readonly OfferRow[];
}

/** A service this peer offers. */
export interface OfferRow extends Pick<ProviderRow, "capacity" | "load" | "policy" | "address" | "paths"> {
  readonly service: string;
  /** Levels of the service's tree at which it stands; none: it is not stored yet. */
  readonly levels: readonly number[];
}

/** Both views as lines for a person. */
export function serviceLines(view: ServicesView | OffersView): string[] {
  return view.event === "services" ? providerLines(view) : offerLines(view);
}

function providerLines({ service, providers, fault }: ServicesView): string[] {
  if (fault !== undefined) return [`${service} could not be sought: ${fault}.`];
  if (providers.length === 0) return [`Nobody offers ${service}.`];
  const rows = providers.map((row) => {
    const { name, nodeId, capacity, load = 0, rttMs, policy, address = "over a link" } = row;
    const use = `${Math.round((100 * load) / serviceLoadMax)} %`;
    const away = rttMs === undefined ? "-" : `${rttMs} ms`;
    return [
      name,
      `…${nodeId.slice(0, 4)}`,
      String(capacity),
      use,
      away,
      policy,
      `${address}${pathsText(row)}`,
    ];
  });
  return table([service, "id", "users", "in use", "away", "for", "where"], rows);
}

/** ", to +49 for 12, +1 for 30" */
function pathsText({ paths = [] }: Pick<ProviderRow, "paths">): string {
  if (paths.length === 0) return "";
  return `, to ${paths.map(({ prefix, cost }) => `${prefix} for ${cost}`).join(", ")}`;
}

function offerLines({ offers }: OffersView): string[] {
  if (offers.length === 0) return ["No services are offered here. Offer one: offer <name> <users>"];
  const rows = offers.map((row) => {
    const { service, capacity, policy, address = "over a link", levels } = row;
    const stands = levels.length === 0 ? "not yet" : levels.join(", ");
    return [service, String(capacity), policy, `${address}${pathsText(row)}`, stands];
  });
  return table(["service", "users", "for", "where", "levels"], rows);
}
