import type { CallOutcome } from "../core/call-outcome.js";
import type { CallEnd, CurrentCall } from "./call-state.js";

/** How a call ended: for the log and for the person. */
export interface CallEnding {
  readonly outcome: CallOutcome;
  readonly sentence: string;
}

/** The ending of a call that the other side or the network ended. */
export function endingThere(call: CurrentCall, end: CallEnd): CallEnding {
  if (call.kind === "talking") return { outcome: "talked", sentence: talkedSentence(call.name, end) };
  if (call.kind === "incoming")
    return { outcome: "missed", sentence: `You missed a call from ${call.name}.` };
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

function talkedSentence(name: string, end: CallEnd): string {
  if (end === "hung-up") return `${name} hung up.`;
  return end === "lost" ? `The connection to ${name} was lost.` : `The call with ${name} ended.`;
}

function untalked(name: string, end: CallEnd): CallEnding {
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
    case "failed":
      return { outcome: "failed", sentence: `The call to ${name} failed.` };
  }
}
