import type { OffersView, ProviderRow, ServicesView } from "./console/service-views.js";
import { toHex } from "./core/bytes.js";
import { endpointText } from "./core/endpoint.js";
import type { ServiceFound } from "./service-lookups.js";
import type { Offer, OfferState } from "./service-offers.js";

/** What was found of a service. */
export function servicesView({ service, providers, fault }: ServiceFound): ServicesView {
  const rows = providers.map(({ credential, rttMs, ...entry }) => ({
    name: credential.userName,
    nodeId: toHex(credential.nodeId),
    ...entryRow(entry),
    ...(rttMs !== undefined && { rttMs }),
  }));
  return { event: "services", service, providers: rows, ...(fault !== undefined && { fault }) };
}

/** What this node offers. */
export function offersView(offers: readonly OfferState[]): OffersView {
  const rows = offers.map(({ offer, levels }) => ({ service: offer.service, ...entryRow(offer), levels }));
  return { event: "offers", offers: rows };
}

/** What both say of a provider. */
function entryRow(offer: Offer): Pick<ProviderRow, "capacity" | "policy" | "address" | "load" | "paths"> {
  const { capacity, policy, endpoint, load, paths } = offer;
  return {
    capacity,
    policy,
    ...(endpoint !== undefined && { address: endpointText(endpoint) }),
    ...(load !== undefined && { load }),
    ...(paths !== undefined && { paths }),
  };
}
