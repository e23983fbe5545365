import type { CallOutcome } from "../core/call-outcome.js";
import { shownUser } from "../core/full-name.js";
import { shortId } from "../core/node-id.js";
import type { CallChange, CallEnd, CurrentCall, Party } from "./call-state.js";

/** How a call ended: for the log and for the person. */
export interface CallEnding {
  readonly outcome: CallOutcome;
  readonly sentence: string;
}

/** The ending of a call that the other side or the network ended. */
export function endingThere(call: CurrentCall, end: CallEnd): CallEnding {
  if (call.kind === "talking") return { outcome: "talked", sentence: talkedSentence(call.name, end) };
  if (call.kind === "incoming") return unanswered(shownUser(call.name, call.party.fullName), end);
  return untalked(call.name, end);
}

/** The ending of a call that the person here ended. */
export function endingHere(call: CurrentCall): CallEnding {
  switch (call.kind) {
    case "talking":
      return { outcome: "talked", sentence: `You hung up on the call with ${call.name}.` };
    case "incoming":
      return { outcome: "declined here", sentence: `You declined the call from ${call.name}.` };
    default:
      return { outcome: "given up", sentence: `You stopped calling ${call.name}.` };
  }
}

/** The ending of a call on which nothing happened for too long. */
export function endingByTime(call: CurrentCall): CallEnding {
  switch (call.kind) {
    case "dialling":
      return untalked(call.name, "unreachable");
    case "choosing":
      return { outcome: "given up", sentence: `Nobody was chosen, so ${call.name} was not called.` };
    default:
      return endingThere(call, "no-answer");
  }
}

/** The question which of `count` phones is meant; `isKnown`: the name is tied to a phone, which is not among them. */
export function contestedSentence(name: string, count: number, isKnown: boolean): string {
  const question = "Which one? Type: choose <number>";
  if (!isKnown) return `${count} phones go by the name ${name}. ${question}`;
  const others = count === 1 ? "Another phone goes" : `${count} other phones go`;
  return `The phone you know as ${name} is not there. ${others} by that name: be careful. ${question}`;
}

/** How somebody is named: "bob", "Bob Martin (bob)". */
export function namedUser({ name, fullName }: Pick<Party, "name" | "fullName">): string {
  return shownUser(name, fullName);
}

/**
 * How somebody is named where it matters which phone it is: "bob …b0b0", "Bob Martin (bob) …b0b0"; a stock phone has
 * its address in its name. `called`: the name by which he was.
 */
export function namedPhone({ name, fullName, phone }: Party, called: string = name): string {
  const shown = shownUser(called, fullName);
  return phone === undefined ? shown : `${shown} …${shortId(phone.nodeId)}`;
}

/** A call was put on hold, or taken up, by one side; `other`: whether the other side holds it, too. */
export interface Holding {
  readonly name: string;
  readonly by: "here" | "there";
  readonly held: boolean;
  readonly other: boolean;
}

export function heldSentence({ name, by, held, other }: Holding): string {
  if (by === "there") {
    if (held) return `${name} has put the call on hold.`;
    return `${name} has taken the call up again.${other ? " You still hold it. Type: resume" : ""}`;
  }
  if (held) return `The call with ${name} is on hold: you do not hear each other. Type: resume`;
  return other ? `You took the call up, but ${name} holds it, too.` : `You talk with ${name} again.`;
}

/** The other side did not agree to a change. */
export function refusedChangeSentence(name: string, change: CallChange): string {
  const what: Readonly<Record<CallChange, string>> = {
    hold: "to be put on hold",
    resume: "to take the call up again",
    codec: "to another codec",
    address: "to this phone's new address",
  };
  return `The phone of ${name} does not agree ${what[change]}.`;
}

function talkedSentence(name: string, end: CallEnd): string {
  if (end === "hung-up") return `${name} hung up.`;
  return end === "lost" ? `The connection to ${name} was lost.` : `The call with ${name} ended.`;
}

function unanswered(name: string, end: CallEnd): CallEnding {
  switch (end) {
    case "answered-elsewhere":
      return { outcome: "answered elsewhere", sentence: `The call from ${name} was answered elsewhere.` };
    case "declined-elsewhere":
      return { outcome: "declined elsewhere", sentence: `The call from ${name} was declined elsewhere.` };
    default:
      return { outcome: "missed", sentence: `You missed a call from ${name}.` };
  }
}

/** Why a call that was forwarded goes nowhere. */
const forwardedNowhere: Readonly<Partial<Record<CallEnd, string>>> = {
  "forwarded-in-circle": "are forwarded in a circle",
  "forwarded-too-often": "are forwarded too often",
  "forwarded-to-caller": "are forwarded to you",
};

function untalked(name: string, end: CallEnd): CallEnding {
  const nowhere = forwardedNowhere[end];
  if (nowhere !== undefined) return { outcome: "failed", sentence: `The calls for ${name} ${nowhere}.` };
  switch (end) {
    case "busy":
      return { outcome: "busy", sentence: `${name} is busy.` };
    case "declined":
    case "hung-up":
      return { outcome: "declined", sentence: `${name} declined the call.` };
    case "no-answer":
      return { outcome: "no answer", sentence: `${name} does not answer.` };
    case "not-found":
      return { outcome: "not found", sentence: `There is no phone of the name ${name}.` };
    case "unreachable":
      return { outcome: "unreachable", sentence: `${name}'s phone can't be reached.` };
    case "lost":
      return { outcome: "lost", sentence: `The connection to ${name} was lost.` };
    case "wants-password":
      return { outcome: "failed", sentence: `${name} wants a password, which this phone does not have.` };
    case "redirected":
      return { outcome: "failed", sentence: `${name} is to be called elsewhere.` };
    default:
      return { outcome: "failed", sentence: `The call to ${name} failed.` };
  }
}
