import { toHex } from "../../../firmware/core/bytes.js";
import type { Opened } from "../../../firmware/link/capture.js";
import { decodeMessage, type Message } from "../../../firmware/wire/message.js";
import type { TraceRecord } from "../../../host-sim/virtual/trace.js";

/** A message that a phone opened, or was about to seal. */
export interface LoggedMessage {
  readonly phone: string;
  readonly direction: Opened["direction"];
  /** The other end of the link, in hex. */
  readonly remote: string;
  readonly plaintext: Buffer;
  /** Absent: a keepalive. */
  readonly message: Message | undefined;
}

/**
 * Everything that phones could write down who keep all they get: each datagram at their addresses, and each message
 * of their links in the clear. Give it to a stack as its options; it keeps what all phones see, each by its own.
 */
export class PeerLog {
  readonly #datagrams: { readonly ends: readonly [string, string]; readonly bytes: Buffer }[] = [];
  readonly #messages: LoggedMessage[] = [];

  readonly onTrace = ({ fate, from, to, bytes }: TraceRecord): void => {
    if (fate === "delivered") this.#datagrams.push({ ends: [from, to], bytes: Buffer.from(bytes) });
  };

  readonly onOpened = (phone: string, { direction, nodeId, plaintext }: Opened): void => {
    const kept = Buffer.from(plaintext);
    const message = decodeMessage(kept);
    this.#messages.push({
      phone,
      direction,
      remote: toHex(nodeId),
      plaintext: kept,
      message: message.ok ? message.value : undefined,
    });
  };

  /** The messages of these phones, with whomever. */
  messagesOf(phones: readonly string[]): LoggedMessage[] {
    return this.#messages.filter(({ phone }) => phones.includes(phone));
  }

  /** What was delivered at these addresses, or came from there. */
  datagramsOf(addresses: readonly string[]): Buffer[] {
    const isTheirs = (end: string): boolean => addresses.some((address) => end.startsWith(`${address}:`));
    return this.#datagrams.filter(({ ends }) => ends.some(isTheirs)).map(({ bytes }) => bytes);
  }

  /** The SIP of these phones, as they sent it; parts of a message are put together. */
  sipSentBy(phones: readonly string[]): Buffer[] {
    const texts: Buffer[] = [];
    for (const phone of phones) {
      const parts = new Map<number, Buffer[]>();
      for (const { direction, message } of this.messagesOf([phone])) {
        if (direction !== "out") continue;
        if (message?.type === "sip") texts.push(Buffer.from(message.text));
        if (message?.type !== "fragment") continue;
        const known = [...(parts.get(message.id) ?? []), Buffer.from(message.bytes)];
        parts.set(message.id, known);
        if (known.length < message.count) continue;
        parts.delete(message.id);
        const whole = decodeMessage(Buffer.concat(known));
        if (whole.ok && whole.value.type === "sip") texts.push(Buffer.from(whole.value.text));
      }
    }
    return texts;
  }
}

/** The runs of `length` bytes of `texts` that are in one of `items`. */
export function runsFound(texts: readonly Buffer[], items: readonly Buffer[], length: number): string[] {
  const runs = new Set(texts.flatMap((text) => runsOf(text, length)));
  const found = new Set(items.flatMap((item) => runsOf(item, length).filter((run) => runs.has(run))));
  return [...found];
}

function runsOf(bytes: Buffer, length: number): string[] {
  const text = bytes.toString("latin1");
  const runs: string[] = [];
  for (let at = 0; at + length <= text.length; at++) runs.push(text.slice(at, at + length));
  return runs;
}
