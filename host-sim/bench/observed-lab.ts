import { decodeMessage, type Message } from "../../firmware/wire/message.js";
import { VirtualLab, type VirtualLabOptions } from "../virtual/lab.js";
import type { TraceRecord } from "../virtual/trace.js";

/** A message of a link as one of its ends saw it, with the size of its datagram. */
export interface ObservedMessage {
  readonly at: number;
  /** Who saw it, and whether it came or went. */
  readonly handset: string;
  readonly direction: "in" | "out";
  readonly frameBytes: number;
  readonly message: Message;
}

/** What was seen on the wire of a lab. */
export interface Observation {
  readonly lab: VirtualLab;
  /** Every datagram that was sent to one node, in order. */
  readonly datagrams: TraceRecord[];
  readonly messages: ObservedMessage[];
}

/** A virtual lab that is watched. */
export function observe(options: Omit<VirtualLabOptions, "onTrace" | "onOpened">): Observation {
  const datagrams: TraceRecord[] = [];
  const messages: ObservedMessage[] = [];
  const lab = new VirtualLab({
    ...options,
    onTrace: (record) => {
      if (record.fate === "sent" && !record.toGroup)
        datagrams.push({ ...record, bytes: record.bytes.slice() });
    },
    onOpened: (handset, opened) => {
      const message = decodeMessage(opened.plaintext);
      if (!message.ok) return;
      const { direction, frameBytes } = opened;
      messages.push({ at: lab.clock.now(), handset, direction, frameBytes, message: message.value });
    },
  });
  return { lab, datagrams, messages };
}
