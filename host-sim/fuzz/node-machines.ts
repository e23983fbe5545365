import { capacityOf } from "../../firmware/capacity.js";
import { sameEndpoint } from "../../firmware/core/endpoint.js";
import { nodeIdWorkBits, phoneLimits } from "../../firmware/core/limits.js";
import { instant, type Deadline, type Instant } from "../../firmware/core/time.js";
import { openAdmission } from "../../firmware/identity/admission.js";
import { Links } from "../../firmware/link/links.js";
import { Node } from "../../firmware/node.js";
import { Prng } from "../virtual/prng.js";
import { must, type Decoder, type Reader } from "./decoder.js";
import { crypto, keyRingOf, overlayId, peerAt, victimAt } from "./fuzz-nodes.js";
import { goldenBytes } from "./golden-bytes.js";

/** A peer of the overlay whose neighbour, admitted and known by name, sends whatever it likes over their link. */
export function nodeMachines(): readonly Decoder[] {
  const examples = (): readonly Uint8Array[] => goldenBytes().filter((bytes) => (bytes[0] ?? 0) >> 5 === 4);
  const open = (seed: string): Reader => new AdmittedPeer(seed);
  return [{ name: "machine/node", form: "cbor", examples, inputsPerReader: 500, costs: 20, open }];
}

interface Machine {
  handleTimeout(now: Instant): void;
  pollTimeout(): Deadline | undefined;
}

/** Datagrams that one input may set off: answers, and questions to those whom it named. */
const datagramsMax = 100;

class AdmittedPeer implements Reader {
  readonly #prng: Prng;
  readonly #victim: Node;
  readonly #peer: Links;
  #now: Instant = instant(1000);
  #sent = 0;

  constructor(seed: string) {
    this.#prng = new Prng(seed);
    const common = { crypto, random: this.#prng, overlayId };
    this.#victim = new Node({
      ...common,
      ...{
        admission: openAdmission(overlayId, nodeIdWorkBits),
        keyRing: keyRingOf("alice"),
        bootCount: 3,
        capacity: capacityOf(undefined),
        capture: false,
        beacons: false,
      },
    });
    const own = {
      keyRing: keyRingOf("bob"),
      configSequence: 0,
      limits: phoneLimits,
      workBits: nodeIdWorkBits,
    };
    this.#peer = new Links({ ...common, ...own });
    this.#victim.setLocal(victimAt);
    this.#victim.start(this.#now, { configured: [], remembered: [] });
    this.#link();
  }

  feed(input: Uint8Array): string {
    this.#now = instant(this.#now + this.#prng.below(80));
    const [link] = this.#peer.describe();
    if (link === undefined) this.#link();
    this.#sent = 0;
    const counter = link === undefined ? undefined : this.#peer.send(this.#now, link.link, input);
    this.#run(this.#now);
    must(this.#sent <= datagramsMax, `${this.#sent} datagrams for one message`);
    this.#checkTables();
    if (link === undefined) return "linked again";
    if (counter === undefined) return "too-long";
    return this.#sent > 0 ? "accepted" : "silence";
  }

  /** Without its neighbour a node is an overlay of one again. */
  close(): void {
    const until = instant(this.#now + 600_000);
    for (let turns = 0; this.#turn(this.#victim, until); turns++) must(turns < 100_000, "time stands still");
    must(this.#victim.describeLinks().length === 0, "a link to nobody");
    this.#checkTables();
  }

  #checkTables(): void {
    const { neighbours, records, held } = this.#victim.describeOverlay(this.#now);
    must(
      neighbours.length <= phoneLimits.rows && this.#victim.describeLinks().length <= phoneLimits.rows,
      "more links than rows",
    );
    must(records.bytes <= records.bytesMax && held.length <= 512, "the store grows");
  }

  /** The neighbour comes, or comes again. */
  #link(): void {
    this.#peer.connect(this.#now, { endpoint: victimAt });
    this.#run(instant(this.#now + 3000));
  }

  /** Both run until then; what they say to each other arrives at once, what they say to others is lost. */
  #run(until: Instant): void {
    for (let turns = 0; ; turns++) {
      must(turns < 10_000, "time stands still");
      this.#exchange();
      // Who is due first goes first: else one would wait in vain for what the other has not had the time to say.
      const [peerAt, victimAt] = [this.#peer.pollTimeout()?.at, this.#victim.pollTimeout()?.at];
      const machine = (peerAt ?? Infinity) <= (victimAt ?? Infinity) ? this.#peer : this.#victim;
      if (!this.#turn(machine, until)) break;
    }
    this.#now = instant(Math.max(this.#now, until));
  }

  #turn(machine: Machine, until: Instant): boolean {
    const next = machine.pollTimeout();
    if (next === undefined || next.at > until) return false;
    this.#now = instant(Math.max(this.#now, next.at));
    machine.handleTimeout(this.#now);
    this.#drain();
    return true;
  }

  #exchange(): void {
    for (let out = this.#peer.pollTransmit(); out !== undefined; out = this.#peer.pollTransmit()) {
      this.#victim.handleDatagram(this.#now, peerAt, out.bytes, false);
      this.#drain();
    }
  }

  #drain(): void {
    for (let out = this.#victim.pollTransmit(); out !== undefined; out = this.#victim.pollTransmit()) {
      this.#sent++;
      if (out.to !== "group" && "address" in out.to && sameEndpoint(out.to, peerAt)) {
        this.#peer.handleFrame(this.#now, victimAt, out.bytes);
      }
    }
    while (this.#victim.pollEvent() !== undefined);
    while (this.#peer.pollEvent() !== undefined);
  }
}
