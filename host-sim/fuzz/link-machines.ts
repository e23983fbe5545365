import type { Endpoint } from "../../firmware/core/endpoint.js";
import {
  amplificationMax,
  messageBytesMax,
  nodeIdWorkBits,
  phoneLimits,
} from "../../firmware/core/limits.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import type { HandshakeFault } from "../../firmware/identity/handshake.js";
import { Initiator } from "../../firmware/identity/initiator.js";
import { KeyRing } from "../../firmware/identity/key-ring.js";
import { Responder } from "../../firmware/identity/responder.js";
import { ReassemblyTable } from "../../firmware/link/fragment.js";
import { Links } from "../../firmware/link/links.js";
import { decodeMessage, encodeMessage } from "../../firmware/wire/message.js";
import { Prng } from "../virtual/prng.js";
import { refused } from "./checks.js";
import { must, type Decoder, type Reader } from "./decoder.js";
import { crypto, keyRingOf, overlayId, peerAt, seedOf, sideOf, victimAt } from "./fuzz-nodes.js";
import { goldenBytes, goldenFrames } from "./golden-bytes.js";

/** Links and handshakes of a phone, to which strangers send whatever they like. */
export function linkMachines(): readonly Decoder[] {
  const frames = (): readonly Uint8Array[] => [
    ...flights(),
    ...["hello1", "hello2", "hello3", "cookie", "data"].flatMap(goldenFrames),
  ];
  return [
    {
      name: "machine/links",
      form: "binary",
      examples: frames,
      inputsPerReader: 1000,
      costs: 10,
      open: (seed) => new StrangeLinks(seed),
    },
    {
      name: "machine/hello2",
      form: "binary",
      examples: () => [flights()[1] ?? none],
      inputsPerReader: 200,
      costs: 10,
      open: () => new WaitingInitiator(),
    },
    {
      name: "machine/hello3",
      form: "binary",
      examples: () => [flights()[2] ?? none],
      inputsPerReader: 200,
      costs: 10,
      open: () => new WaitingResponder(),
    },
    {
      name: "machine/credential",
      form: "cbor",
      examples: () => [keyRingOf("bob").credential.bytes],
      costs: 40,
      open: () => ({ feed: greetWith }),
    },
    {
      name: "machine/fragments",
      form: "cbor",
      examples: fragments,
      inputsPerReader: 5000,
      open: (seed) => new Fragments(seed),
    },
  ];
}

/** All parts of messages in two and in three. */
function fragments(): readonly Uint8Array[] {
  const parts = [2, 3].flatMap((count) =>
    Array.from({ length: count }, (_, index) =>
      encodeMessage({ type: "fragment", id: count, index, count, bytes: body }),
    ),
  );
  return [...parts, ...goldenBytes("fragment")];
}

const body = new Uint8Array(60).fill(0x6d);
const none = new Uint8Array(0);
const says = { configSequence: 0, flags: 0, endpoint: peerAt };

/** Does what is to be done; the fault, if there was one. */
function drive(machine: { advance(): ReturnType<Initiator["advance"]> }): HandshakeFault | undefined {
  for (let turns = 0; turns < 20; turns++) {
    const came = machine.advance();
    if (came === "done") return undefined;
    if (came !== "more") return came.failed;
  }
  must(false, "a handshake that does not end");
}

function nameOf(fault: HandshakeFault): string {
  return typeof fault === "string" ? fault : `credential ${fault.credential.kind}`;
}

/** The same ephemeral keys each time: so a flight that was recorded fits another run. */
function initiator(): Initiator {
  const machine = new Initiator(sideOf(keyRingOf("alice"), "initiator"), { index: 5 });
  drive(machine);
  return machine;
}

function responder(hello1: Uint8Array): Responder {
  const machine = new Responder(sideOf(keyRingOf("bob"), "responder"), {
    index: 9,
    hello1,
    parameters: says,
  });
  drive(machine);
  return machine;
}

let recorded: readonly Uint8Array[] | undefined;

/** The three flights of the handshake of alice and bob. */
function flights(): readonly Uint8Array[] {
  if (recorded !== undefined) return recorded;
  const alice = initiator();
  const bob = responder(alice.hello1 ?? none);
  alice.handleHello2(bob.hello2 ?? none, says);
  drive(alice);
  recorded = [alice.hello1 ?? none, bob.hello2 ?? none, alice.hello3 ?? none];
  return recorded;
}

/** Waits for bob's hello2; nothing but that one completes it, and nothing else spoils it. */
class WaitingInitiator implements Reader {
  #machine: Initiator = initiator();

  feed(input: Uint8Array): string {
    this.#machine.handleHello2(input, says);
    const fault = drive(this.#machine);
    const completed = this.#machine.outcome !== undefined;
    must(completed === (fault === undefined), "neither failed nor complete");
    if (fault !== undefined) return nameOf(fault);
    must(
      Buffer.compare(input, flights()[1] ?? none) === 0,
      "a hello2 that bob did not send completes a handshake",
    );
    this.#machine = initiator();
    return "accepted";
  }
}

/** Waits for alice's hello3. */
class WaitingResponder implements Reader {
  #machine: Responder = responder(flights()[0] ?? none);

  feed(input: Uint8Array): string {
    this.#machine.handleHello3(input);
    const fault = drive(this.#machine);
    if (fault !== undefined) return nameOf(fault);
    must(this.#machine.outcome !== undefined, "neither failed nor complete");
    must(
      Buffer.compare(input, flights()[2] ?? none) === 0,
      "a hello3 that alice did not send completes a handshake",
    );
    this.#machine = responder(flights()[0] ?? none);
    return "accepted";
  }
}

/** Somebody who owns a key shows whatever he likes as his credential, sealed as it should be. */
function greetWith(input: Uint8Array): string {
  const genuine = keyRingOf("bob").credential;
  const secret = crypto.signKeyPair(seedOf("bob")).secretKey;
  const forger = sideOf(new KeyRing(crypto, { ...genuine, bytes: input }, secret), "forger");
  const victim = initiator();
  const answering = new Responder(forger, { index: 9, hello1: victim.hello1 ?? none, parameters: says });
  drive(answering);
  victim.handleHello2(answering.hello2 ?? none, says);
  const fault = drive(victim);
  if (fault !== undefined) return nameOf(fault);
  must(Buffer.compare(input, genuine.bytes) === 0, "a credential that is not bob's is taken for bob's");
  return "accepted";
}

/** Links of a phone among strangers of whom none has proven anything. */
class StrangeLinks implements Reader {
  readonly #prng: Prng;
  readonly #links: Links;
  readonly #came = new Map<string, number>();
  readonly #sent = new Map<string, number>();
  #now: Instant = instant(1000);

  constructor(seed: string) {
    this.#prng = new Prng(seed);
    const own = { keyRing: keyRingOf("alice"), configSequence: 0, workBits: nodeIdWorkBits };
    this.#links = new Links({ crypto, random: this.#prng, overlayId, limits: phoneLimits, ...own });
  }

  feed(input: Uint8Array): string {
    this.#now = instant(this.#now + this.#prng.below(100));
    const from = { address: `198.51.100.${this.#prng.below(12)}`, port: 6084 };
    this.#came.set(from.address, (this.#came.get(from.address) ?? 0) + input.length);
    if (this.#prng.chance(0.01)) this.#links.connect(this.#now, { endpoint: victimAt });
    this.#links.handleFrame(this.#now, from, input);
    const sent = this.#drain();
    for (let turns = 0; turns < 3; turns++) this.#turn(this.#now);
    this.#checkTables();
    return sent > 0 ? "accepted" : "silence";
  }

  /** A minute later no handshake is half done. */
  close(): void {
    const until = instant(this.#now + 60_000);
    for (let turns = 0; this.#turn(until); turns++) must(turns < 10_000, "time stands still");
    const { links, attempts, halfOpen, indexes } = this.#links.occupancy();
    must(
      links + attempts + halfOpen + indexes === 0,
      `left behind: ${JSON.stringify(this.#links.occupancy())}`,
    );
  }

  /** Does what is due until then; false when nothing is. */
  #turn(until: Instant): boolean {
    const next = this.#links.pollTimeout();
    if (next === undefined || next.at > until) return false;
    this.#now = instant(Math.max(this.#now, next.at));
    this.#links.handleTimeout(this.#now);
    this.#drain();
    return true;
  }

  #checkTables(): void {
    const { links, attempts, halfOpen, retired } = this.#links.occupancy();
    const { attempts: attemptsMax, attemptsWaiting, halfOpen: halfOpenMax } = phoneLimits;
    must(links === 0 && retired === 0, "a link to somebody who proved nothing");
    must(halfOpen <= halfOpenMax && attempts <= attemptsMax + attemptsWaiting, "tables grow");
  }

  #drain(): number {
    while (this.#links.pollEvent() !== undefined);
    let bytes = 0;
    for (let out = this.#links.pollTransmit(); out !== undefined; out = this.#links.pollTransmit()) {
      bytes += out.bytes.length;
      this.#count(out.to, out.bytes.length);
    }
    return bytes;
  }

  #count(to: Endpoint, bytes: number): void {
    if (to.address === victimAt.address) return;
    const sent = (this.#sent.get(to.address) ?? 0) + bytes;
    this.#sent.set(to.address, sent);
    const came = this.#came.get(to.address) ?? 0;
    must(sent <= amplificationMax * came, `${to.address} sent ${came} bytes and got ${sent}`);
  }
}

/** Fragments of three links, as they come. */
class Fragments implements Reader {
  readonly #prng: Prng;
  readonly #table: ReassemblyTable = new ReassemblyTable(phoneLimits.reassemblies);
  #now: Instant = instant(0);

  constructor(seed: string) {
    this.#prng = new Prng(seed);
  }

  feed(input: Uint8Array): string {
    this.#now = instant(this.#now + this.#prng.below(100));
    this.#table.handleTimeout(this.#now);
    const message = decodeMessage(input);
    if (!message.ok) return refused(message.error, input.length);
    if (message.value.type !== "fragment") return message.value.type;
    const came = this.#table.handleFragment(this.#now, this.#prng.below(3), message.value);
    must(this.#table.size <= phoneLimits.reassemblies, "the table grows");
    if (typeof came === "string") return came;
    must(came.length <= messageBytesMax, "a message that is too long");
    return "accepted";
  }

  close(): void {
    this.#table.handleTimeout(instant(this.#now + 10_000));
    must(this.#table.size === 0, "parts are left behind");
  }
}
