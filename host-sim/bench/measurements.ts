import type { Message } from "../../firmware/wire/message.js";
import { measureIdle } from "../lab/idle.js";
import type { PathOptions } from "../virtual/path.js";
import type { BenchRow } from "./bench-row.js";
import { measureLive, type LiveSizes } from "./live.js";
import type { TraceRecord } from "../virtual/trace.js";
import { observe, type Observation } from "./observed-lab.js";

/** One-way delay of the path on which round trips are counted, ms: large beside everything else that takes time. */
const countingDelayMs = 40;
const countingPath: PathOptions = {
  delayMeanMs: countingDelayMs,
  delayMinMs: countingDelayMs,
  jitterMs: 0,
  lossRatio: 0,
  duplicateRatio: 0,
  reorderRatio: 0,
};
/** A refresh comes at a third of the registration's 1800 s, ± 10 %. */
const refreshWithinMs = 700_000;
/** Long enough for both ends to take a silent link for dead (9.5 s) and forget it. */
const partitionMs = 20_000;
/** Longer than an attempt at a link lasts. */
const quietMs = 4000;
/**
 * Silences of which some are long enough to be pinged for and short enough to be answered: the phase of
 * keepalives is not known.
 */
const silencesMs = [3500, 4500, 5500, 6500, 7500];
const keepaliveBytes = 22;
const hopsAtStart = 16;

/**
 * Everything the bench measures, one function a scenario; `tell` is called as each begins. Virtual labs show
 * everything, a live lab of processes what comes up in a first minute; where both show a figure, the larger
 * counts.
 */
export async function measureAll(seed: number, tell: (line: string) => void): Promise<BenchRow[]> {
  tell("a live lab of two processes");
  const live = await measureLive(seed);
  tell("eight handsets: lookups, and a refresh of each registration");
  const messages = messageRows(seed, live);
  tell("two handsets: link set-up, cold and again, and a silence");
  const links = linkRows(seed, live);
  tell("a call to a phone that was just looked up");
  const calls = callRows(seed);
  tell("24 handsets: an idle minute, hops");
  return [...messages, ...links, ...calls, ...meshRows(seed)];
}

/** Eight phones: a lookup by one that holds no copy itself, and a refresh of each registration. */
function messageRows(seed: number, live: LiveSizes): BenchRow[] {
  const observation = observe({ seed });
  const names = switchOnAll(observation, 8);
  const firstStores = Math.max(
    live.store,
    largestFrame(observation, (message) => message.type === "store"),
  );
  observation.messages.length = 0;
  observation.lab.run(refreshWithinMs);
  const refreshes = largestFrame(observation, (message) => message.type === "store");
  for (const [i, name] of names.entries()) {
    observation.lab.type(name, `message ${names[(i + 1) % names.length] ?? ""} hello`);
  }
  observation.lab.run(5000);
  const answers = Math.max(live.lookupAnswer, largestFrame(observation, isAnswerWithCredential));
  return [
    row("Store, first (holders know the credential from the link)", firstStores, "B", 170, null),
    row("Store, refresh of a registration", refreshes, "B", 170, 875),
    row("lookup answer, one contact, with credential", answers, "B", 360, 1319),
  ];
}

/** Two phones: the first link, a silence that makes them ping, and the link after they lost each other. */
function linkRows(seed: number, live: LiveSizes): BenchRow[] {
  const observation = observe({ seed });
  const { lab, datagrams } = observation;
  switchOnAll(observation, 2);
  const cold = Math.max(live.handshake + keepaliveBytes, handshakeBytes(observation));
  lab.network.setSide("apart", [lab.addressOf("phone2")]);
  lab.run(partitionMs);
  lab.network.heal();
  datagrams.length = 0;
  lab.run(3 * partitionMs);
  const known = handshakeBytes(observation);
  for (const silenceMs of silencesMs) {
    lab.network.setSide("apart", [lab.addressOf("phone2")]);
    lab.run(silenceMs);
    lab.network.heal();
    lab.run(partitionMs);
  }
  return [
    row("link set-up, cold, both ways", cold, "B", 570, 2000),
    row("link set-up, both known, both ways", known, "B", 220, null),
    row(
      "liveness ping",
      largestFrame(observation, (message) => message.type === "ping"),
      "B",
      40,
      646,
    ),
    row(
      "its answer, pong",
      largestFrame(observation, (message) => message.type === "pong"),
      "B",
      40,
      659,
    ),
  ];
}

/**
 * A phone that could not reach four others until now looks them up, opens a link with the credential it got,
 * and calls: the most that it took. Four, because of some it holds the registration itself and needs no
 * lookup.
 */
function callRows(seed: number): BenchRow[] {
  const observation = observe({ seed, path: countingPath });
  const { lab, datagrams } = observation;
  const caller = lab.addressOf("phone1");
  const callees = ["phone2", "phone3", "phone4", "phone5"];
  for (const callee of callees) lab.network.setPathBetween(caller, lab.addressOf(callee), { lossRatio: 1 });
  switchOnAll(observation, 8);
  let setUpBytes = 0;
  let roundTrips = 0;
  for (const callee of callees) {
    awaitQuiet(observation, [caller, lab.addressOf(callee)]);
    lab.network.setPathBetween(caller, lab.addressOf(callee), undefined);
    datagrams.length = 0;
    roundTrips = Math.max(roundTrips, roundTripsToRinging(observation, "phone1", callee));
    setUpBytes = Math.max(setUpBytes, handshakeBytes(observation, [caller, lab.addressOf(callee)]));
  }
  return [
    row("link set-up to a user just looked up, both ways", setUpBytes, "B", 380, null),
    row("dial to ringing, cold", roundTrips, "round trips", 3, null),
    row(
      "dial to ringing, warm",
      roundTripsToRinging(observation, "phone1", "phone5"),
      "round trips",
      1,
      null,
    ),
  ];
}

/**
 * Runs until neither of two phones greets the other: an attempt under way would answer for the one that is
 * measured.
 */
function awaitQuiet({ lab, datagrams }: Observation, between: readonly string[]): void {
  do {
    datagrams.length = 0;
    lab.run(quietMs);
  } while (datagrams.some((datagram) => isBetween(datagram, between)));
}

function meshRows(seed: number): BenchRow[] {
  const observation = observe({ seed });
  const names = switchOnAll(observation, 24);
  for (const [i, name] of names.entries()) {
    observation.lab.type(name, `message ${names[(i + 1) % names.length] ?? ""} hello`);
  }
  observation.lab.run(10_000);
  let hops = 0;
  for (const { direction, message } of observation.messages) {
    // With hops 0 a node is asked itself.
    if (direction !== "in" || message.type !== "fetch" || message.hops === 0) continue;
    hops = Math.max(hops, 1 + hopsAtStart - message.hops);
  }
  return [
    row("idle phone as peer, mesh of 24", measureIdle(24, seed), "B/min", 8000, null),
    row("idle phone as peer, mesh of 4", measureIdle(4, seed), "B/min", 8000, null),
    row("idle client of 2 host peers, 4 on a LAN", measureIdle(4, seed, 2), "B/min", 1000, null),
    row("hops of a lookup, 24 peers, most", hops, "hops", 1, 4.6),
  ];
}

function switchOnAll(observation: Observation, count: number): string[] {
  const names: string[] = [];
  for (let i = 1; i <= count; i++) names.push(`phone${i}`);
  for (const name of names) observation.lab.switchOn(name);
  for (const name of names) observation.lab.expect(name, "registered");
  observation.lab.run(5000);
  return names;
}

function roundTripsToRinging(observation: Observation, from: string, to: string): number {
  observation.lab.forget(from);
  observation.lab.type(from, `call ${to}`);
  const { sinceDialMs } = observation.lab.expect(from, "ringing");
  observation.lab.type(from, "hangup");
  observation.lab.expect(from, "ended");
  return Math.round((10 * Number(sinceDialMs)) / (2 * countingDelayMs)) / 10;
}

/**
 * Bytes of the handshake frames that crossed, and of the keepalive that confirms; `between` names two addresses. Where
 * both ends began at once, the hello1 that was let go is no part of it.
 */
function handshakeBytes({ datagrams }: Observation, between?: readonly string[]): number {
  const frames = datagrams.filter((datagram) => between === undefined || isBetween(datagram, between));
  const initiators = frames.filter(({ bytes }) => isFrame(bytes, 0xca, 0xcb)).map(({ from }) => from);
  let bytes = 0;
  for (const frame of frames) {
    const isLetGo = isFrame(frame.bytes, 0xc0, 0xc3) && !initiators.includes(frame.from);
    if (isFrame(frame.bytes, 0xc0, 0xd0) && !isLetGo) bytes += frame.bytes.length;
  }
  return bytes === 0 ? 0 : bytes + keepaliveBytes;
}

function isFrame({ 0: first = 0 }: Uint8Array, least: number, most: number): boolean {
  return first >= least && first <= most;
}

function isBetween({ from, to }: TraceRecord, addresses: readonly string[]): boolean {
  const ends = [from, to].map((end) => end.split(":")[0] ?? "");
  return addresses.every((address) => ends.includes(address));
}

function largestFrame(observation: Observation, of: (message: Message) => boolean): number {
  let largest = 0;
  for (const { frameBytes, message } of observation.messages)
    if (of(message)) largest = Math.max(largest, frameBytes);
  return largest;
}

function isAnswerWithCredential(message: Message): boolean {
  return message.type === "fetchAnswer" && message.records.length === 1 && message.credentials.length === 1;
}

// A row of a table reads best on one line.
// eslint-disable-next-line max-params -- a row is five cells
function row(
  name: string,
  value: number,
  unit: string,
  budget: number | null,
  reload: number | null,
): BenchRow {
  return { name, value, unit, budget, reload };
}
