import type { MemoryUse } from "../../hal/memory.js";
import type { HandsetEvent, HandsetProcess } from "./handset-process.js";

/** Times of a call as the caller's own clock had them, ms since dialling. */
export interface CallTimes {
  readonly dialToRingMs: number;
  readonly dialToTalkMs: number;
}

/** What a handset counted of the media of its last call. */
export interface CallStatistics {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly framesConcealed: number;
}

/** Longest time any one step may take before the lab gives up; no figure of the table, only an end to waiting. */
const stepMsMax = 30_000;

/** Waits until a handset has joined; ms since it was switched on. */
export async function joined(handset: HandsetProcess): Promise<number> {
  return number(await handset.expect(`${handset.name} joins`, stepMsMax, named("joined")), "sinceStartMs");
}

/** Waits until a node is at a stage: "client", "peer". */
export async function stageEntered(handset: HandsetProcess, stage: string): Promise<void> {
  await handset.expect(`${handset.name} is at stage ${stage}`, stepMsMax, (event) => {
    return event.event === "stageChanged" && event["stage"] === stage;
  });
}

/** Waits until a handset's name is registered; ms since it was switched on. */
export async function registered(handset: HandsetProcess): Promise<number> {
  return number(
    await handset.expect(`${handset.name} registers`, stepMsMax, named("registered")),
    "sinceStartMs",
  );
}

/** What a phone answers to a line at once. */
export async function answerOf(handset: HandsetProcess, line: string, event: string): Promise<HandsetEvent> {
  return handset.ask(line, stepMsMax, named(event));
}

/** Waits for the first event of a name since the handset's past was forgotten. */
export async function awaitEvent(
  handset: HandsetProcess,
  event: string,
  withinMs: number,
): Promise<HandsetEvent> {
  return handset.expect(`${handset.name}: ${event}`, withinMs, named(event));
}

/** `caller` dials, `callee` rings and answers; resolves when both talk. */
export async function establishCall(caller: HandsetProcess, callee: HandsetProcess): Promise<CallTimes> {
  caller.type(`call ${callee.name}`);
  const failed = caller.expect(`${caller.name} calls ${callee.name}`, 2 * stepMsMax, named("ended"));
  const talk = talkThrough(caller, callee);
  const first = await Promise.race([talk, failed.catch(() => undefined)]);
  if (first !== undefined && "event" in first) {
    throw new Error(`${caller.name} calls ${callee.name}: ${text(first, "sentence")}`);
  }
  return talk;
}

/** A text message, delivered and shown. */
export async function exchangeMessage(
  from: HandsetProcess,
  to: HandsetProcess,
  words: string,
): Promise<void> {
  from.type(`message ${to.name} ${words}`);
  await to.expect(`${to.name} gets ${from.name}'s message`, stepMsMax, (event) => {
    return event.event === "messageReceived" && event["text"] === words;
  });
  await from.expect(`${from.name} hears that it was delivered`, stepMsMax, named("messageDelivered"));
}

/** `by` hangs up; resolves with what each side counted, `by` first. */
export async function hangUp(
  by: HandsetProcess,
  other: HandsetProcess,
): Promise<[CallStatistics, CallStatistics]> {
  by.type("hangup");
  const ends = [by, other].map(async (handset) => {
    return statistics(await handset.expect(`${handset.name}'s call ends`, stepMsMax, named("ended")));
  });
  const [first, second] = await Promise.all(ends);
  if (first === undefined || second === undefined) throw new Error("a call has two ends");
  return [first, second];
}

/** What a handset's memory holds, as its engine says it; garbage is collected for it. */
export async function memoryUse(handset: HandsetProcess): Promise<MemoryUse> {
  const event = await handset.ask("memory", stepMsMax, named("memory"));
  return {
    liveBytes: number(event, "liveBytes"),
    peakBytes: number(event, "peakBytes"),
    arenaBytes: number(event, "arenaBytes"),
    instructions: number(event, "instructions"),
  };
}

async function talkThrough(caller: HandsetProcess, callee: HandsetProcess): Promise<CallTimes> {
  // The 180 is not repeated (RFC 3261 §13.3.1.1): where it was lost the caller hears of the call when it is answered.
  const ringing = caller.expect(`${caller.name} hears ringing`, stepMsMax, (event) => {
    return event.event === "ringing" || event.event === "talking";
  });
  // Whoever ends first is told of; the other's end is then nobody's news.
  ringing.catch(() => undefined);
  await callee.expect(`${callee.name} rings`, stepMsMax, named("incoming"));
  callee.type("answer");
  const talking = caller.expect(`${caller.name} talks`, stepMsMax, named("talking"));
  talking.catch(() => undefined);
  await callee.expect(`${callee.name} talks`, stepMsMax, named("talking"));
  return {
    dialToRingMs: number(await ringing, "sinceDialMs"),
    dialToTalkMs: number(await talking, "sinceDialMs"),
  };
}

function statistics(event: HandsetEvent): CallStatistics {
  return {
    packetsSent: number(event, "packetsSent"),
    packetsReceived: number(event, "packetsReceived"),
    packetsLost: number(event, "packetsLost"),
    framesConcealed: number(event, "framesConcealed"),
  };
}

function named(event: string): (candidate: HandsetEvent) => boolean {
  return (candidate) => candidate.event === event;
}

function number(event: HandsetEvent, field: string): number {
  const value = event[field];
  if (typeof value !== "number") throw new Error(`${event.event} of a handset has no number ${field}`);
  return value;
}

function text(event: HandsetEvent, field: string): string {
  const value = event[field];
  return typeof value === "string" ? value : JSON.stringify(event);
}
