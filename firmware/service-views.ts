import type { OffersView, ServicesView } from "./console/service-views.js";
import { toHex } from "./core/bytes.js";
import { endpointText } from "./core/endpoint.js";
import type { ServiceFound } from "./service-lookups.js";
import type { OfferState } from "./service-offers.js";

/** What was found of a service. */
export function servicesView({ service, providers, fault }: ServiceFound): ServicesView {
  const rows = providers.map(({ credential, capacity, policy, endpoint }) => ({
    name: credential.userName,
    nodeId: toHex(credential.nodeId),
    capacity,
    policy,
    ...(endpoint !== undefined && { address: endpointText(endpoint) }),
  }));
  return { event: "services", service, providers: rows, ...(fault !== undefined && { fault }) };
}

/** What this node offers. */
export function offersView(offers: readonly OfferState[]): OffersView {
  const rows = offers.map(({ offer: { service, capacity, policy, endpoint }, levels }) => ({
    service,
    capacity,
    policy,
    ...(endpoint !== undefined && { address: endpointText(endpoint) }),
    levels,
  }));
  return { event: "offers", offers: rows };
}
