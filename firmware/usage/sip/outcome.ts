import type { TransactionFault } from "./effects.js";

/** How a call, or one attempt to reach a user, ended. */
export type Outcome =
  | "hungUp"
  | "remoteHungUp"
  | "busy"
  | "declined"
  | "noAnswer"
  | "cancelled"
  | "callerGaveUp"
  | "answeredElsewhere"
  | "declinedElsewhere"
  | "missed"
  | "declinedHere"
  | "unknownUser"
  | "unreachable"
  | "notAcceptable"
  | "forbidden"
  | "passwordWanted"
  | "redirected"
  | "impostor"
  | "connectionLost"
  | "lineFull"
  | "failed";

/** An outcome with the SIP status that stands for it. */
export interface Ending {
  readonly outcome: Outcome;
  readonly status: number;
}

/** What a person is told; `userName` is the other's name. */
export function outcomeSentence(outcome: Outcome, userName: string): string {
  return sentences[outcome].replace(/NAME/g, () => userName);
}

/** What a final response of 300 or more means to the caller (RFC 3261 §21). */
export function endingOfStatus(status: number): Ending {
  const redirected = status >= 300 && status < 400;
  return { outcome: outcomes[status] ?? (redirected ? "redirected" : "failed"), status };
}

/** What it means that no final response came (RFC 3261 §8.1.3.1). */
export function endingOfFault(fault: TransactionFault): Ending {
  return { outcome: "unreachable", status: fault === "timedOut" ? 408 : 503 };
}

/** Of the endings of several devices, the one to tell: what a person did goes before what a machine could not do. */
export function foremost(endings: readonly Ending[]): Ending {
  for (const outcome of order) {
    const ending = endings.find((each) => each.outcome === outcome);
    if (ending !== undefined) return ending;
  }
  return endings[0] ?? { outcome: "unreachable", status: 408 };
}

const order: readonly Outcome[] = [
  "declined",
  "busy",
  "noAnswer",
  "notAcceptable",
  "forbidden",
  "passwordWanted",
  "redirected",
  "impostor",
  "unknownUser",
  "failed",
  "lineFull",
  "unreachable",
];

const outcomes: Readonly<Record<number, Outcome>> = {
  401: "passwordWanted",
  403: "forbidden",
  404: "unknownUser",
  407: "passwordWanted",
  408: "noAnswer",
  410: "unknownUser",
  415: "notAcceptable",
  480: "noAnswer",
  486: "busy",
  484: "unknownUser",
  487: "noAnswer",
  488: "notAcceptable",
  503: "unreachable",
  504: "unreachable",
  600: "busy",
  603: "declined",
  604: "unknownUser",
  606: "notAcceptable",
};

const sentences: Readonly<Record<Outcome, string>> = {
  hungUp: "You hung up.",
  remoteHungUp: "NAME hung up.",
  busy: "NAME is busy with another call.",
  declined: "NAME does not want to take the call.",
  noAnswer: "NAME does not answer.",
  cancelled: "You ended the call before it was answered.",
  callerGaveUp: "NAME stopped calling before you answered.",
  answeredElsewhere: "The call from NAME was answered elsewhere.",
  declinedElsewhere: "The call from NAME was declined elsewhere.",
  missed: "You did not answer the call from NAME.",
  declinedHere: "You declined the call from NAME.",
  unknownUser: "Nobody here is called NAME.",
  unreachable: "The phone of NAME cannot be reached. It may be switched off or too far away.",
  notAcceptable: "The phone of NAME cannot take what this phone sent.",
  forbidden: "The phone of NAME refuses calls and messages from this phone.",
  passwordWanted: "The phone of NAME wants a password, which this phone does not have.",
  redirected: "NAME is to be called at another address; this phone does not follow.",
  impostor: "The phone that answered is not NAME's.",
  connectionLost: "The connection to the phone of NAME was lost.",
  lineFull: "This phone is still ending earlier calls. Try again in half a minute.",
  failed: "The phone of NAME could not take the call.",
};
