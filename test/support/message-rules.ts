import type { MessageType } from "../../firmware/wire/message.js";

/** The CDDL rule of each type of message. */
export const ruleOfType: Readonly<Record<MessageType, string>> = {
  ping: "ping",
  pong: "pong",
  hopAck: "hop-ack",
  update: "update",
  digest: "digest",
  leave: "leave",
  store: "store-request",
  storeAnswer: "store-answer",
  fetch: "fetch-request",
  fetchAnswer: "fetch-answer",
  find: "find-request",
  findAnswer: "find-answer",
  watch: "watch-request",
  watchAnswer: "watch-answer",
  notify: "notify",
  stat: "stat-request",
  statAnswer: "stat-answer",
  errorAnswer: "error-answer",
  tunnel: "tunnel",
  tunnelBack: "tunnel-back",
  sip: "sip",
  unknownCredential: "unknown-credential",
  fragment: "fragment",
};
