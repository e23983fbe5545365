import assert from "node:assert/strict";
import { headerAddresses } from "../../firmware/wire/sip/header-values.js";
import { decodeSipMessage } from "../../firmware/wire/sip/message.js";
import { encodeSipMessage } from "../../firmware/wire/sip/message-text.js";
import { decodeRawMessage } from "../../firmware/wire/sip/raw-message.js";
import { octetBytes, octetText } from "../../firmware/wire/sip/octets.js";
import { decodeSdp, encodeSdp } from "../../firmware/wire/sdp.js";
import { connectionAddress, directionOf, rtpMapsOf } from "../../firmware/wire/sdp-media.js";
import type { WireError } from "../../firmware/wire/wire-error.js";
import { fileBytes, vectorNames } from "../support/file.js";
import { rounds, seed } from "../support/seed.js";
import { Chance } from "../usage/support/chance.js";

const turns = rounds(8000);

describe("SIP and SDP readers against hostile bytes", function () {
  this.timeout(60_000);
  it("random bytes: refused with a place inside them, never thrown at", () => {
    const chance = new Chance(seed);
    const share = new Share();
    for (let i = 0; i < turns; i++) {
      const bytes = chance.bytes(chance.below(300));
      share.note(sip(bytes));
      share.note(sdp(bytes));
    }
    share.print(`random bytes, MUSTER_SEED=${seed}`);
    assert.equal(share.of("read"), 0);
  });

  it("mutated valid SIP: read or refused; what is read is written and read again alike", () => {
    const chance = new Chance(seed + 1);
    const share = new Share();
    const corpus = [...vectors("rfc4475"), ...vectors("rfc5118")];
    for (let i = 0; i < turns; i++) share.note(sip(mutate(chance.pick(corpus), chance, sipPieces)));
    share.print(`mutated SIP, MUSTER_SEED=${seed}`);
    for (const branch of [
      "read",
      "start-line",
      "sip/via",
      "sip/from",
      "sip/to",
      "sip/cseq",
      "sip/call-id",
      "sip/header-field",
      "sip/content-length",
      "sip/max-forwards",
    ]) {
      assert.ok(share.of(branch) > 0, `no input reached ${branch}`);
    }
  });

  it("mutated valid SDP: the same", () => {
    const chance = new Chance(seed + 2);
    const share = new Share();
    const corpus = vectors("sdp");
    for (let i = 0; i < turns; i++) share.note(sdp(mutate(chance.pick(corpus), chance, sdpPieces)));
    share.print(`mutated SDP, MUSTER_SEED=${seed}`);
    for (const branch of ["read", "sdp/version", "sdp/origin", "sdp/line", "sdp/media"]) {
      assert.ok(share.of(branch) > 0, `no input reached ${branch}`);
    }
  });

  it("input made for backtracking comes to its end", () => {
    const steps = [" ", "\t", ",", ";", "<", '"', "\\", "%41", "[", ":", "(", "\r\n ", "a=", "@"];
    for (const step of steps) {
      const text = `OPTIONS sip:b SIP/2.0\r\nTo: ${step.repeat(Math.floor(7800 / step.length))}\r\n\r\n`;
      sip(octetBytes(text));
      sip(octetBytes(text.replace("To:", "Via:")));
      sip(octetBytes(`OPTIONS ${step.repeat(Math.floor(7800 / step.length))}\r\n\r\n`));
      sdp(
        octetBytes(`v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nm=${step.repeat(Math.floor(7800 / step.length))}\r\n`),
      );
    }
  });
});

const sipPieces: readonly string[] = [
  "\r\n",
  "\r\n ",
  ";",
  ",",
  ":",
  "<",
  ">",
  '"',
  "@",
  "=",
  " ",
  "\0",
  "\xff",
  "%00",
  "[::1]",
  "Via: SIP/2.0/UDP a;branch=z9hG4bKx\r\n",
  "l: 3\r\n",
  "CSeq: 1 ACK\r\n",
  "99999999999",
  "\r\n\r\n",
];
const sdpPieces: readonly string[] = [
  "\r\n",
  "=",
  " ",
  "/",
  "a=",
  "m=audio 1 RTP/AVP 0\r\n",
  "c=IN IP4 1.2.3.4\r\n",
  "\xff",
  "65536",
];

/** Where it ended: "read", or the first two parts of the error's path. */
function sip(bytes: Uint8Array): string {
  const read = decodeSipMessage(bytes);
  const raw = decodeRawMessage(bytes);
  if (!raw.ok) {
    refusal(raw.error, bytes);
    assert.ok(!read.ok, "what has no form has no meaning");
  }
  if (!read.ok) return refusal(read.error, bytes);
  for (const name of ["Contact", "Record-Route"]) {
    const addresses = headerAddresses(read.value, name);
    if (!addresses.ok) refusal(addresses.error, bytes);
  }
  const written = encodeSipMessage(read.value);
  const again = decodeSipMessage(written);
  assert.ok(again.ok || written.length > 8192, `${again.ok ? "" : again.error.in} of ${octetText(written)}`);
  if (again.ok) assert.equal(octetText(encodeSipMessage(again.value)), octetText(written));
  return "read";
}

function sdp(bytes: Uint8Array): string {
  const read = decodeSdp(bytes);
  if (!read.ok) return refusal(read.error, bytes);
  for (const media of read.value.media) {
    rtpMapsOf(media);
    connectionAddress(read.value, media);
    directionOf(read.value, media);
  }
  const written = encodeSdp(read.value);
  const again = decodeSdp(written);
  assert.ok(again.ok, octetText(written));
  assert.equal(octetText(encodeSdp(again.value)), octetText(written));
  return "read";
}

function refusal(error: WireError, bytes: Uint8Array): string {
  assert.ok(
    error.at >= 0 && error.at <= bytes.length,
    `${error.in}: ${error.kind} at ${error.at} of ${bytes.length}`,
  );
  return error.in.startsWith("start-line") ? "start-line" : error.in.split("/").slice(0, 2).join("/");
}

function vectors(folder: string): readonly Uint8Array[] {
  return vectorNames(folder).map((name) => fileBytes(`test/vectors/${folder}/${name}`));
}

function mutate(bytes: Uint8Array, chance: Chance, pieces: readonly string[]): Uint8Array {
  let text = octetText(bytes);
  for (let edits = 1 + chance.below(3); edits > 0; edits--) {
    const at = chance.below(text.length + 1);
    const length = chance.below(12);
    switch (chance.below(5)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + length);
        break;
      case 1:
        text = text.slice(0, at) + chance.pick(pieces) + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + String.fromCharCode(chance.below(256)) + text.slice(at + 1);
        break;
      case 3:
        text = text.slice(0, at) + text.slice(at, at + 8 * length) + text.slice(at);
        break;
      default:
        if (chance.below(8) === 0) text = text.slice(0, at);
    }
  }
  return octetBytes(text);
}

/** Counts how often each branch was reached. */
class Share {
  readonly #counts = new Map<string, number>();
  #total = 0;

  note(branch: string): void {
    this.#counts.set(branch, (this.#counts.get(branch) ?? 0) + 1);
    this.#total++;
  }

  of(branch: string): number {
    return this.#counts.get(branch) ?? 0;
  }

  print(what: string): void {
    const rows = [...this.#counts].sort((a, b) => b[1] - a[1]);
    const shares = rows.map(([branch, count]) => `${branch} ${((100 * count) / this.#total).toFixed(2)} %`);
    console.log(`      ${what}: ${this.#total} inputs: ${shares.join(", ")}`);
  }
}
