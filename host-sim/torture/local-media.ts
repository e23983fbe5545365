import { g711Codecs, type LocalMedia } from "../../firmware/usage/sip/offer-answer.js";

/** What a phone says of itself to whatever session description it is offered. */
export const localMedia: LocalMedia = {
  endpoint: { address: "192.0.2.7", port: 5004 },
  userName: "alice",
  sessionId: "1",
  version: 1,
  direction: "sendrecv",
  codecs: g711Codecs,
  rtcpMux: true,
};
