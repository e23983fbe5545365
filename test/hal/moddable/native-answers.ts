/**
 * A program for the XS host: calls the natives and what stands on them as the other end asks (native-machine.ts). A
 * question is a line of JSON on the serial line, [name, ...arguments]; the answer a line after "= " on the
 * diagnostics: what came back or was thrown, and the array arguments as they are after the call.
 */
import Serial from "embedded:io/serial";
import { aesCtr } from "muster/aes";
import * as entropy from "muster/entropy";
import { decode, encode } from "muster/g711";
import { hmacSha1, hmacSha256 } from "muster/mac";
import { instructions, use } from "muster/memory";
import { mix, Resampler, scale } from "muster/samples";
import * as sodium from "muster/sodium";
import { toHex } from "../../../firmware/core/bytes.js";
import { NativeCrypto } from "../../../hal/moddable/crypto.js";
import { NativeG711 } from "../../../hal/moddable/frame-codec.js";
import { hardwareRandom } from "../../../hal/moddable/random.js";
import type { Answer, Question, Spelled } from "./native-machine.js";

type Callable = (...values: never[]) => unknown;
declare function trace(text: string): void;
const engine = ArrayBuffer as unknown as { fromString(text: string): ArrayBuffer };

const resamplers: Resampler[] = [];

const callables: Record<string, Callable> = {
  aesCtr,
  "g711.encode": encode,
  "g711.decode": decode,
  hmacSha1,
  hmacSha256,
  instructions,
  use,
  scale,
  mix,
  fill: entropy.fill,
  "scale.shared": (samples: Int16Array, gain: number) => {
    const shared = new Int16Array(new SharedArrayBuffer(2 * samples.length + 6), 4, samples.length);
    shared.set(samples);
    scale(shared, gain);
    return shared;
  },
  "scale.resizable": (gain: number) => {
    const growing = ArrayBuffer as unknown as new (
      count: number,
      limit: { maxByteLength: number },
    ) => ArrayBuffer;
    scale(new Int16Array(new growing(4, { maxByteLength: 8 })), gain);
  },
  "resampler.new": (from: number, to: number) => resamplers.push(new Resampler(from, to)) - 1,
  "resampler.resample": (index: number, from: Int16Array, to: Int16Array) =>
    resamplers[index]?.resample(from, to),
  "resampler.stolen": (from: Int16Array, to: Int16Array) =>
    Resampler.prototype.resample.call({} as never, from, to),
  "codec.encode": (law: "PCMU" | "PCMA", samples: Int16Array, target: Uint8Array, at: number) =>
    new NativeG711(law).encode(samples, target, at),
  "codec.decode": (law: "PCMU" | "PCMA", codes: Uint8Array, target: Int16Array, at: number) =>
    new NativeG711(law).decode(codes, target, at),
  "random.fill": (target: Uint8Array) => hardwareRandom.fill(target) === target,
};

function callableOf(name: string): Callable {
  const [first, second] = name.split(".") as [string, string | undefined];
  if (first === "crypto") {
    const crypto = new NativeCrypto() as unknown as Record<string, Callable>;
    return (...values) => (crypto[second ?? ""] as Callable).apply(crypto, values);
  }
  if (first === "sodium") return (sodium as unknown as Record<string, Callable>)[second ?? ""] as Callable;
  return callables[name] as Callable;
}

function value(spelled: Spelled): unknown {
  if (Array.isArray(spelled)) return spelled.map((each) => value(each as Spelled));
  if (typeof spelled !== "object" || spelled === null) return spelled;
  if ("bytes" in spelled) return inMiddle(spelled.bytes);
  if (!("samples" in spelled)) return undefined;
  const bytes = inMiddle(spelled.samples);
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
}

/** Bytes that begin and end within their buffer: who ignores where a view begins is found out. */
function inMiddle(hex: string): Uint8Array {
  const digits = new Uint8Array(engine.fromString(hex)); // places in a string of XS are found by walking to them
  const bytes = new Uint8Array(new ArrayBuffer((digits.length >> 1) + 4), 2, digits.length >> 1);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digitOf(digits[2 * i] as number) << 4) | digitOf(digits[2 * i + 1] as number);
  }
  return bytes;
}

function digitOf(character: number): number {
  return character < 0x40 ? character - 0x30 : character - 0x57;
}

function spelling(result: unknown): Spelled {
  if (result instanceof Uint8Array) return { bytes: toHex(result) };
  if (result instanceof Int16Array) {
    return { samples: toHex(new Uint8Array(result.buffer, result.byteOffset, result.byteLength)) };
  }
  if (typeof result !== "object" || result === null) return (result ?? null) as Spelled;
  const entries = Object.entries(result).map(([name, each]) => [name, spelling(each)] as const);
  return Array.isArray(result) ? result.map(spelling) : { fields: Object.fromEntries(entries) };
}

function answer(question: string): Answer {
  const [name, ...spelled] = JSON.parse(question) as Question;
  const values = spelled.map(value);
  try {
    const result = spelling(callableOf(name)(...(values as never[])));
    return { result, values: values.map(spelling) };
  } catch (error) {
    return { thrown: String(error) };
  }
}

/** What has come of the present question. */
let unread: string[] = [];
const chunk = new Uint8Array(128);

new Serial({
  port: 0,
  receive: 3,
  transmit: 1,
  baud: 115200,
  format: "buffer",
  onReadable(this: Serial): void {
    const count = this.read(chunk) ?? 0;
    const lines = String.fromCharCode(...chunk.subarray(0, count)).split("\n");
    for (; lines.length > 1; lines.shift()) {
      const question = [...unread, lines[0]].join("");
      unread = [];
      trace(`= ${JSON.stringify(answer(question))}\n`);
    }
    unread.push(...lines);
  },
});
