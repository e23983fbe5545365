import { toHex } from "../../firmware/core/bytes.js";
import { decodeBeacon, beaconFirstByte } from "../../firmware/wire/beacon.js";
import { decodeFrame, sealBytes, type Frame } from "../../firmware/wire/frame.js";
import { wireErrorText } from "../../firmware/wire/wire-error.js";
import type { Dissection, Field } from "./field.js";

/** A datagram of ours, first byte 192 or more (protocol §2): a handshake frame, a sealed data frame or a beacon. */
export function dissectFrame(bytes: Uint8Array): Dissection {
  if (bytes[0] === beaconFirstByte) return dissectBeacon(bytes);
  const frame = decodeFrame(bytes);
  if (!frame.ok) return unreadable("frame", bytes, wireErrorText(frame.error));
  return {
    what: titleOf(frame.value),
    bytes: bytes.length,
    fields: [firstByte(bytes), ...fieldsOf(frame.value)],
  };
}

/** Bytes that are not what they should be, shown as they are. */
export function unreadable(what: string, bytes: Uint8Array, fault: string): Dissection {
  const fields = bytes.length === 0 ? [] : [hex("bytes", bytes)];
  return { what: `unreadable ${what}`, bytes: bytes.length, fields, fault };
}

function dissectBeacon(bytes: Uint8Array): Dissection {
  const beacon = decodeBeacon(bytes);
  if (!beacon.ok) return unreadable("beacon", bytes, wireErrorText(beacon.error));
  const { overlayId, nodeId, flags, clientsFree, load } = beacon.value;
  const fields = [
    firstByte(bytes),
    hex("overlay-id", overlayId),
    hex("node-id", nodeId),
    number("flags", flags, 1),
    number("clients-free", clientsFree, 2),
    { name: "load", bytes: 1, value: `${load} of 255` },
  ];
  return { what: "beacon", bytes: bytes.length, fields };
}

function titleOf(frame: Frame): string {
  return frame.type === "hello2" || frame.type === "hello3" ? `${frame.type} ${frame.form}` : frame.type;
}

function fieldsOf(frame: Frame): Field[] {
  switch (frame.type) {
    case "hello1":
      return [
        index("initiator-index", frame.initiatorIndex),
        hex("ephemeral", frame.ephemeral),
        ...(frame.hint === undefined ? [] : [hex("hint", frame.hint)]),
        ...(frame.cookie === undefined ? [] : [hex("cookie", frame.cookie)]),
        ...(frame.paddingBytes === 0 ? [] : [{ name: "padding", bytes: frame.paddingBytes, value: "zeros" }]),
      ];
    case "hello2":
      return [
        index("initiator-index", frame.initiatorIndex),
        index("responder-index", frame.responderIndex),
        hex("ephemeral", frame.ephemeral),
        sealed(frame.form === "full" ? "credential" : "credential-hash", frame.sealedCredential),
        sealed("parameters", frame.sealedParameters),
      ];
    case "hello3":
      return [
        index("responder-index", frame.responderIndex),
        sealed(frame.form === "full" ? "credential" : "credential-hash", frame.sealedCredential),
        sealed("parameters", frame.sealedParameters),
      ];
    case "cookie":
      return [index("initiator-index", frame.initiatorIndex), hex("cookie", frame.cookie)];
    case "data":
      return [
        index("receiver-index", frame.receiverIndex),
        number("counter", frame.counter, 2),
        sealed("message", frame.sealed),
      ];
  }
}

function firstByte(bytes: Uint8Array): Field {
  return hex("first-byte", bytes.subarray(0, 1));
}

function hex(name: string, bytes: Uint8Array): Field {
  return { name, bytes: bytes.length, value: toHex(bytes) };
}

function number(name: string, value: number, bytes: number): Field {
  return { name, bytes, value: String(value) };
}

function index(name: string, value: number): Field {
  return { name, bytes: 3, value: value.toString(16).padStart(6, "0") };
}

function sealed(name: string, bytes: Uint8Array): Field {
  return { name: `sealed ${name}`, bytes: bytes.length, value: `${bytes.length - sealBytes} B inside` };
}
