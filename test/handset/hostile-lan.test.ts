import assert from "node:assert/strict";
import { parseCommand } from "../../firmware/console/command.js";
import { parseEndpoint, type Endpoint } from "../../firmware/core/endpoint.js";
import { amplificationMax, musterPort } from "../../firmware/core/limits.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { encodeBeacon } from "../../firmware/wire/beacon.js";
import { encodeFrame } from "../../firmware/wire/frame.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { compareSpeech } from "../../host-sim/audio/compare.js";
import type { TraceRecord } from "../../host-sim/virtual/trace.js";
import { FullStack } from "../support/full-stack.js";
import { speechOf } from "../support/speech.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource, seed } from "../support/seed.js";

/** What an attack sends at one time: where from, as it says, and what. */
interface Shot {
  readonly from: Endpoint;
  /** At whom; absent: at either end of the call. */
  readonly to?: Endpoint;
  readonly bytes: Uint8Array;
}

type Attack = (source: MutationSource, captured: readonly TraceRecord[]) => Shot;

const overlayId = overlayIdOf(new SodiumCrypto(), "virtual-lab");
const victims = ["alice", "bob"];
const attackMs = 10_000;
const shotsPerSecond = 200;
/** Sources an attacker makes up; all of them are counted. */
const strangersMax = 4096;

function stranger(source: MutationSource): Endpoint {
  const number = source.below(strangersMax);
  return { address: `198.18.${number >> 8}.${number & 255}`, port: 7000 };
}

function randomBytes(source: MutationSource, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => source.below(256));
}

/** A datagram seen on this LAN before, and who sent it. */
function seen(source: MutationSource, captured: readonly TraceRecord[]): Shot {
  const record = captured[source.below(captured.length)];
  assert.ok(record !== undefined);
  const [from, to] = [parseEndpoint(record.from, 0), parseEndpoint(record.to, 0)];
  assert.ok(from !== undefined && to !== undefined);
  return { from, to, bytes: record.bytes };
}

/**
 * Speech is not protected in this version: what comes from a stranger is dropped, what the peer's address
 * sends is heard.
 */
function isMedia(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) >= 128 && (bytes[0] ?? 0) <= 191;
}

const attacks: Readonly<Record<string, Attack>> = {
  "random bytes": (source) => ({
    from: stranger(source),
    bytes: randomBytes(source, source.below(8) === 0 ? 0 : source.below(1400)),
  }),
  "random behind each first byte of ours": (source) => {
    const firsts = [0xc0, 0xc1, 0xc2, 0xc3, 0xc8, 0xc9, 0xca, 0xcb, 0xd0, 0xd8, 0xe0, 0x80, 0x00];
    const bytes = randomBytes(source, 1 + source.below(700));
    bytes[0] = firsts[source.below(firsts.length)] ?? 0;
    return { from: stranger(source), bytes };
  },
  "mutants from their true source": (source, captured) => {
    const shot = seen(source, captured);
    return isMedia(shot.bytes)
      ? { ...shot, from: stranger(source) }
      : { ...shot, bytes: mutated(shot.bytes, source) };
  },
  "mutants from strangers": (source, captured) => {
    const { bytes, ...shot } = seen(source, captured);
    return { ...shot, from: stranger(source), bytes: mutated(bytes, source) };
  },
  "replays from their true source": (source, captured) => {
    const shot = seen(source, captured);
    return isMedia(shot.bytes) ? { ...shot, from: stranger(source) } : shot;
  },
  "replays from strangers": (source, captured) => ({ ...seen(source, captured), from: stranger(source) }),
  "beacons of phones that do not exist": (source) => ({
    from: { ...stranger(source), port: musterPort },
    bytes: encodeBeacon({
      overlayId,
      nodeId: nodeId(randomBytes(source, 16)),
      flags: source.below(8),
      clientsFree: source.below(8),
      load: source.below(256),
    }),
  }),
  "hellos of phones that do not exist": (source) => ({
    from: stranger(source),
    bytes: encodeFrame({
      type: "hello1",
      initiatorIndex: 1 + source.below(0xfffffe),
      ephemeral: randomBytes(source, 32),
      ...(source.below(2) === 0 && { hint: randomBytes(source, 8) }),
      ...(source.below(2) === 0 && { cookie: randomBytes(source, 16) }),
      paddingBytes: 24 + source.below(40),
    }),
  }),
};

/** alice and bob in a call, carol beside them; what went between them from the start, and what strangers get. */
interface Office {
  readonly stack: FullStack;
  readonly captured: readonly TraceRecord[];
  /** Bytes by address of a stranger: what it seemed to send, and what was sent there. */
  readonly accounts: ReadonlyMap<string, { came: number; went: number }>;
}

function officeInCall(title: string): Office {
  const captured: TraceRecord[] = [];
  const accounts = new Map<string, { came: number; went: number }>();
  const count = (end: string, way: "came" | "went", bytes: number): void => {
    if (!end.startsWith("198.18.")) return;
    const address = end.split(":")[0] ?? "";
    const account = accounts.get(address) ?? { came: 0, went: 0 };
    account[way] += bytes;
    accounts.set(address, account);
  };
  let capturing = true;
  const stack = new FullStack(title, {
    onTrace: (record) => {
      if (record.fate !== "sent" || record.toGroup) return;
      count(record.from, "came", record.bytes.length);
      count(record.to, "went", record.bytes.length);
      if (capturing) captured.push(record);
    },
  });
  stack.on(["alice"], { microphone: speechOf("alice") });
  stack.on(["bob"], { microphone: speechOf("bob") });
  stack.on(["carol"]);
  for (const name of ["alice", "bob", "carol"]) stack.next(name, "registered");
  stack.run(10_000);
  stack.talk("alice", "bob");
  stack.run(500);
  capturing = false;
  return { stack, captured, accounts };
}

/** Shoots at both ends of the call, evenly spread over `attackMs`. */
function bombard(stack: FullStack, shoot: () => Shot): void {
  for (let shot = 0; shot < (attackMs * shotsPerSecond) / 1000; shot++) {
    for (const name of victims) {
      const { from, to, bytes } = shoot();
      const victim = { address: stack.lab.addressOf(name), port: musterPort };
      stack.lab.network.inject(from, to ?? victim, bytes);
    }
    stack.run(1000 / shotsPerSecond);
  }
}

/** No made-up source gets more than three times what it seemed to send. */
function assertNoAmplification({ accounts }: Office): void {
  let went = 0;
  let worst = 0;
  for (const [address, account] of accounts) {
    went += account.went;
    worst = Math.max(worst, account.went / account.came);
    const allowed = amplificationMax * account.came;
    assert.ok(account.went <= allowed, `${address}: ${account.came} B in, ${account.went} B out`);
  }
  console.log(
    `      ${accounts.size} made-up sources got ${went} B; at most ${worst.toFixed(2)} times what they sent`,
  );
}

/** The call was heard as on a quiet LAN, both ways, and later calls come about. */
function assertUnharmed(stack: FullStack): void {
  stack.run(2000);
  assert.equal(stack.status("alice").call?.state, "talking");
  assert.equal(stack.status("alice").peers, 2, "no link but to those who are there");
  stack.type("alice", "hangup");
  for (const [name, other] of [
    ["alice", "bob"],
    ["bob", "alice"],
  ] as const) {
    const ended = stack.next(name, "ended");
    assert.deepEqual([ended["packetsLost"], ended["framesConcealed"]], [0, 0], `${name}'s call`);
    const { snrDb } = compareSpeech(speechOf(other), stack.heard(name));
    assert.ok(snrDb >= 30, `${name} heard ${other} at ${snrDb} dB`);
  }
  stack.assertFree("alice", "carol");
  stack.assertFree("bob", "alice");
}

function traffic(stack: FullStack): Record<string, number> {
  return stack.status("alice")["traffic"] as Record<string, number>;
}

/** Random text; an eighth of it may hold control characters. */
function garble(source: MutationSource): string {
  const least = source.below(8) === 0 ? 0 : 32;
  const codes = Array.from(
    { length: 1 + source.below(20) },
    () => least + source.below(least === 0 ? 256 : 95),
  );
  return String.fromCodePoint(...codes);
}

describe(`a call on a hostile LAN, whole handsets (seed ${seed})`, () => {
  for (const [name, attack] of Object.entries(attacks)) {
    it(`${name}: the speech is unharmed, nothing grows, later calls come about`, () => {
      const office = officeInCall(name);
      const { stack, captured } = office;
      const source = new MutationSource();
      const before = { traffic: traffic(stack), pending: stack.lab.clock.pending };
      const writes = stack.lab.handsets.get("alice")?.memory.writes ?? 0;
      bombard(stack, () => attack(source, captured));
      const share = new BranchShare(`dropped at alice's, ${name}`);
      for (const [reason, count] of Object.entries(traffic(stack))) {
        for (let i = before.traffic[reason] ?? 0; i < count; i++) share.count(reason);
      }
      share.print();
      assert.ok(stack.lab.clock.pending <= before.pending + 50, "nothing waits for ever");
      assert.ok((stack.lab.handsets.get("alice")?.memory.writes ?? 0) <= writes + 5, "flash is not worn");
      assertNoAmplification(office);
      assertUnharmed(stack);
    });
  }

  it("random lines on the console: each is answered by a fault, and the call goes on", () => {
    const { stack } = officeInCall("console");
    const source = new MutationSource();
    const share = new BranchShare("lines");
    const words = [
      "call",
      "bob",
      "set",
      "volume",
      "message",
      "contacts",
      "pin",
      '"',
      "\\",
      "11",
      "🙂",
      "\u0000",
      "help",
    ];
    let faults = 0;
    for (let line = 0; line < 2000; line++) {
      const count = 1 + source.below(6);
      const parts = Array.from({ length: count }, () =>
        source.below(3) === 0 ? garble(source) : (words[source.below(words.length)] ?? ""),
      );
      const text = parts.join(source.below(4) === 0 ? "" : " ");
      const parsed = parseCommand(text);
      share.count(parsed.ok ? `understood: ${parsed.value.kind}` : parsed.error.kind);
      if (parsed.ok && !["help", "nothing", "settings", "contacts"].includes(parsed.value.kind)) continue;
      if (!parsed.ok) faults++;
      stack.type("alice", text);
      stack.run(5);
    }
    share.print();
    assert.equal(stack.since("alice", "fault").length, faults);
    assertUnharmed(stack);
  });
});
