import type { StatusView } from "../../firmware/console/view.js";

/** A Node-ID for views. */
export const nodeId: string = "a3f1000102030405060708090a0b0c0d";

/** The status of a phone that is linked to one other and in no call. */
export const plainStatus: StatusView = {
  event: "status",
  name: "alice",
  overlay: "school",
  nodeId,
  address: "192.0.2.7:6084",
  uptimeMs: 3_725_000,
  stage: "peer",
  role: { name: "peer", reason: "no-hosts", text: "no host peers are there", servedBy: [], clients: 2 },
  peers: 1,
  overlayPeers: 2,
  records: 5,
  recordBytes: 900,
  ways: [],
  replicas: 3,
  traffic: {},
  problems: [],
};
