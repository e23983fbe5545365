import assert from "node:assert/strict";
import { parseEndpoint, type Endpoint } from "../../firmware/core/endpoint.js";
import { amplificationMax, musterPort, placesMax } from "../../firmware/core/limits.js";
import { instant } from "../../firmware/core/time.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import type { Crypto } from "../../hal/crypto.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { compareSpeech } from "../../host-sim/audio/compare.js";
import { insiderKinds } from "../../host-sim/flood/insider-kinds.js";
import { Insider } from "../../host-sim/flood/insider.js";
import type { Scene, Shot } from "../../host-sim/flood/shot.js";
import { strangerKinds, type StrangerKind } from "../../host-sim/flood/stranger-kinds.js";
import { Prng } from "../../host-sim/virtual/prng.js";
import type { TraceRecord } from "../../host-sim/virtual/trace.js";
import { FullStack } from "../support/full-stack.js";
import { rounds, seed } from "../support/seed.js";
import { speechOf } from "../support/speech.js";

const perSecond = 10_000;
/** On XS a quarter of the time, not of the rate. */
const floodMs = rounds(2000);
/** What a flood began has ended by then: a greeted source is kept for 33 s, and until the next beacon, 32 s. */
const restMs = 70_000;
const strangersMax = 2048;
const insiderAddress = "192.0.2.200";
/** Public-key operations of all three phones in a second, whatever comes: half of what each would do for 4 hellos. */
const publicKeyOperationsPerSecond = 120;

const costly = ["sign", "verify", "scalarMult", "scalarMultBase", "convertPublicKey"] as const;

/** Counts the public-key operations of a crypto from now on. */
function counting(crypto: Crypto): () => number {
  let count = 0;
  const target = crypto as unknown as Record<string, (...values: unknown[]) => unknown>;
  for (const name of costly) {
    const operation = target[name]?.bind(crypto);
    assert.ok(operation !== undefined);
    target[name] = (...values: unknown[]): unknown => {
      count++;
      return operation(...values);
    };
  }
  return () => count;
}

/** alice and bob in a call, carol beside them; what was seen on the wire, and the accounts of made-up sources. */
class Office {
  readonly stack: FullStack;
  readonly seen: Shot[] = [];
  readonly accounts: Map<string, { came: number; went: number }> = new Map();
  readonly victim: Endpoint;
  readonly scene: Scene;
  #onTrace: ((record: TraceRecord) => void) | undefined;

  constructor(title: string) {
    const chance = new Prng(`${seed} ${title}`);
    let isCapturing = true;
    this.stack = new FullStack(title, { onTrace: (record) => this.#note(record, isCapturing) });
    const at = (name: string): Endpoint => ({ address: this.stack.lab.addressOf(name), port: musterPort });
    this.victim = at("alice");
    this.stack.on(["alice"], { microphone: speechOf("alice") });
    this.stack.on(["bob"], { microphone: speechOf("bob") });
    this.stack.joined(["carol"]);
    this.stack.run(10_000);
    this.stack.talk("alice", "bob");
    this.stack.run(500);
    isCapturing = false;
    const [victim, others] = [this.victim, [at("bob"), at("carol")]];
    const overlayId = overlayIdOf(new SodiumCrypto(), "virtual-lab");
    const stranger = (): Endpoint => {
      const number = chance.below(strangersMax);
      return { address: `198.18.${number >> 8}.${number & 255}`, port: 7000 };
    };
    this.scene = { chance, overlayId, victim, others, seen: this.seen, stranger };
  }

  /** Has `listener` told of what the victim sends to strangers. */
  watch(listener: (record: TraceRecord) => void): void {
    this.#onTrace = listener;
  }

  #note(record: TraceRecord, isCapturing: boolean): void {
    if (record.fate !== "sent") return;
    // Of a beacon every phone that hears it may send three times its bytes: the victim's own are counted.
    this.#count(record.from, "came", record);
    if (!record.toGroup && record.from.startsWith(`${this.victim.address}:`))
      this.#count(record.to, "went", record);
    this.#onTrace?.(record);
    if (!isCapturing || this.seen.length >= 600) return;
    const [from, to] = [parseEndpoint(record.from, 0), parseEndpoint(record.to, 0)];
    if (from === undefined || to === undefined) return;
    this.seen.push({ from, to: record.toGroup ? "group" : to, bytes: record.bytes });
  }

  #count(end: string, way: "came" | "went", { bytes }: TraceRecord): void {
    if (!end.startsWith("198.18.")) return;
    const address = end.slice(0, end.indexOf(":"));
    const account = this.accounts.get(address) ?? { came: 0, went: 0 };
    account[way] += bytes.length;
    this.accounts.set(address, account);
  }
}

/** How full the tables of the victim are: what counts on and on is left out. */
function tables(stack: FullStack): Record<string, number> {
  const { event: _event, sentence: _sentence, ...told } = stack.ask("alice", "memory", "memory");
  const entries = Object.entries(told["facts"] ?? told) as [string, number][];
  return Object.fromEntries(entries.filter(([name]) => held.includes(name)));
}

/** Tables that floods could fill. */
const held: readonly string[] = [
  ...["links", "attempts", "halfOpen", "retired", "indexes", "publicKeyWork", "reassemblies", "helloSources"],
  ...["creditSources", "sought", "places", "requestsUnderWay", "framesHeld", "acksWaiting", "copiesUnderWay"],
  ...["lookupsUnderWay", "recordsInVerification", "beaconsGreeted", "contactsPending"],
];

/** No made-up source, and not all together, got more than three times what it seemed to send. */
function assertNoAmplification({ accounts }: Office): string {
  let [came, went, worst] = [0, 0, 0];
  for (const [address, account] of accounts) {
    came += account.came;
    went += account.went;
    assert.ok(account.went <= amplificationMax * account.came, `${address}: ${JSON.stringify(account)}`);
    if (account.came > 0) worst = Math.max(worst, account.went / account.came);
  }
  return `${came} B in, ${went} B out, at worst ${worst.toFixed(2)} times`;
}

function assertUnharmed(office: Office, before: Record<string, number>): void {
  const { stack } = office;
  assert.equal(stack.status("alice").call?.state, "talking");
  stack.type("alice", "hangup");
  for (const [name, other] of [
    ["alice", "bob"],
    ["bob", "alice"],
  ] as const) {
    const ended = stack.next(name, "ended");
    const { packetsLost, packetsLate, framesConcealed } = ended;
    assert.deepEqual([packetsLost, packetsLate, framesConcealed], [0, 0, 0], `${name}'s call`);
    const { snrDb } = compareSpeech(speechOf(other), stack.heard(name));
    assert.ok(snrDb >= 30, `${name} heard ${other} at ${snrDb} dB`);
  }
  stack.run(restMs);
  const after = tables(stack);
  for (const [name, count] of Object.entries(after)) {
    const most = name === "places" ? placesMax : (before[name] ?? 0) + 1;
    assert.ok(count <= most, `${name}: ${before[name]} before, ${count} after`);
  }
  stack.joined(["dora"]);
  stack.assertFree("dora", "alice");
  stack.assertFree("alice", "bob");
}

/** What is sent in one flood: one kind; where the engine is slow, all in turns, for each flood has its price. */
function floodsOf<Kind extends { readonly name: string; readonly what: string }>(
  kinds: readonly Kind[],
): { readonly title: string; readonly kinds: readonly Kind[] }[] {
  if (rounds(100) < 100) return [{ title: `${kinds.map(({ name }) => name).join(", ")} in turns`, kinds }];
  return kinds.map((kind) => ({ title: `${kind.name}, ${kind.what}`, kinds: [kind] }));
}

function turn<Kind>(kinds: readonly Kind[], count: number): Kind {
  const kind = kinds[count % kinds.length];
  assert.ok(kind !== undefined);
  return kind;
}

/** Ten in each millisecond, as evenly as a flood comes. */
function flood(office: Office, kinds: readonly StrangerKind[]): number {
  const { stack, scene } = office;
  const { network } = stack.lab;
  let sent = 0;
  for (let ms = 0; ms < floodMs; ms++) {
    for (let each = 0; each < perSecond / 1000; each++) {
      const shot = turn(kinds, ms * (perSecond / 1000) + each).make(scene);
      if (shot === undefined) continue;
      sent++;
      if (shot.to !== "group") {
        network.inject(shot.from, shot.to, shot.bytes);
        continue;
      }
      const port = network.openPort({ ...shot.from, port: musterPort }, () => undefined);
      port.sendToGroup(shot.bytes);
      port.close();
    }
    stack.run(1);
  }
  return sent;
}

/** Brings each cookie that is demanded of a stranger. */
function answerCookies(office: Office): void {
  const { scene, stack } = office;
  office.watch(({ to, bytes }) => {
    const from = to.startsWith("198.18.") && bytes[0] === 0xd0 ? parseEndpoint(to, 0) : undefined;
    if (from === undefined) return;
    const hello = scene.chance.fill(new Uint8Array(84)).fill(0, 52);
    hello[0] = 0xc2;
    hello[3] = 1;
    hello.set(bytes.subarray(4), 36);
    stack.lab.network.inject(from, scene.victim, hello);
  });
}

describe(`10,000 datagrams a second at a handset in a call (seed ${seed})`, function () {
  this.timeout(600_000);

  for (const { title, kinds } of floodsOf(strangerKinds)) {
    it(`${title}: no more than three times its bytes, the call is unharmed, nothing stays`, () => {
      const office = new Office(title);
      const { stack } = office;
      const before = tables(stack);
      const alice = stack.lab.handsets.get("alice");
      assert.ok(alice !== undefined);
      const operations = counting(alice.crypto);
      const printed = stack.lab.eventsOf("alice").length;
      if (kinds.some(({ answersCookies }) => answersCookies)) answerCookies(office);
      const sent = flood(office, kinds);
      assert.ok(sent > 0.9 * 10 * floodMs, `${sent} sent`);
      const done = operations();
      const lines = stack.lab.eventsOf("alice").length - printed;
      stack.run(1000);
      console.log(`      ${sent} datagrams: ${assertNoAmplification(office)}; ${done} public-key operations`);
      assert.ok(done <= (publicKeyOperationsPerSecond * (floodMs + 1000)) / 1000, `${done} operations`);
      assert.ok(lines <= 2, `${lines} lines were printed`);
      stack.run(5000);
      assertNoAmplification(office);
      assertUnharmed(office, before);
    });
  }

  for (const { title, kinds } of floodsOf(insiderKinds)) {
    it(`${title}: the call is unharmed, nothing stays`, () => {
      const office = new Office(title);
      const { stack, scene } = office;
      const { clock, network } = stack.lab;
      const now = (): ReturnType<typeof instant> => instant(Math.floor(clock.now()));
      const crypto = new SodiumCrypto();
      const insider = new Insider({ crypto, random: scene.chance, overlayId: scene.overlayId });
      const own = { address: insiderAddress, port: musterPort };
      const port = network.openPort(own, () => {
        for (let next = port.read(); next !== undefined; next = port.read())
          if (!next.toGroup) insider.handleDatagram(now(), next.from, next.bytes);
        drain();
      });
      const drain = (): void => {
        for (let next = insider.pollTransmit(); next !== undefined; next = insider.pollTransmit())
          port.send(next.to, next.bytes);
      };
      const keep = (): void => {
        if ((insider.pollTimeout()?.at ?? Infinity) <= now()) insider.handleTimeout(now());
        drain();
        stack.run(1);
      };
      insider.connect(now(), scene.victim);
      for (let waited = 0; !insider.isLinked && waited < 5000; waited++) keep();
      assert.ok(insider.isLinked, "the insider is admitted");
      stack.run(2000);
      const before = tables(stack);
      const alice = stack.lab.handsets.get("alice");
      assert.ok(alice !== undefined);
      const operations = counting(alice.crypto);
      const printed = stack.lab.eventsOf("alice").length;
      const bytesBefore = network.trafficOf(scene.victim.address).bytesSent;
      for (let ms = 0; ms < floodMs; ms++) {
        for (let each = 0; each < perSecond / 1000; each++) {
          const count = ms * (perSecond / 1000) + each;
          insider.say(now(), turn(kinds, count).message(scene.chance, insider.victim));
        }
        keep();
      }
      const done = operations();
      const lines = stack.lab.eventsOf("alice").length - printed;
      const sent = network.trafficOf(scene.victim.address).bytesSent - bytesBefore;
      console.log(
        `      ${10 * floodMs} messages: ${done} public-key operations, ${lines} lines, ${sent} B sent`,
      );
      assert.ok(done <= (publicKeyOperationsPerSecond * (floodMs + 1000)) / 1000, `${done} operations`);
      assert.ok(lines <= 40 + (20 * floodMs) / 1000, `${lines} lines were printed`);
      port.close();
      stack.run(5000);
      assertUnharmed(office, before);
    });
  }
});
