import { table } from "./table.js";

/** Who offers a service, as far as it is known; in random order, so that the first is as good as any. */
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
}

/** What this peer offers. */
export interface OffersView {
  readonly event: "offers";
  readonly offers: readonly OfferRow[];
}

/** A service this peer offers. */
export interface OfferRow extends Pick<ProviderRow, "capacity" | "policy" | "address"> {
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
  const rows = providers.map(({ name, nodeId, capacity, policy, address = "over a link" }) => {
    return [name, `…${nodeId.slice(0, 4)}`, String(capacity), policy, address];
  });
  return table([service, "id", "users", "for", "where"], rows);
}

function offerLines({ offers }: OffersView): string[] {
  if (offers.length === 0) return ["No services are offered here. Offer one: offer <name> <users>"];
  const rows = offers.map(({ service, capacity, policy, address = "over a link", levels }) => {
    return [service, String(capacity), policy, address, levels.length === 0 ? "not yet" : levels.join(", ")];
  });
  return table(["service", "users", "for", "where", "levels"], rows);
}
