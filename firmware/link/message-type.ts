/** The number of a pong's type. */
export const pongType: number = 1;

/** Ping, pong, leave, unknown-credential, fragment (protocol §3): messages that end in the link layer. */
const ownTypes: readonly number[] = [0, 1, 5, 19, 22];

/** Whether messages of this type are the link's own business. */
export function isLinksOwn(type: number): boolean {
  return ownTypes.includes(type);
}

/**
 * The number of a message's type, without decoding it: a message is an array, of fewer than 24 items or
 * with its count in one more byte, and its first item is the type. `undefined` where it is no such thing.
 */
export function typeNumber(message: Uint8Array): number | undefined {
  const head = message[0];
  if (head === undefined || head >> 5 !== 4) return undefined;
  const at = head === longArrayHead ? 2 : 1;
  const first = message[at];
  if (first === undefined || first > longNumberHead) return undefined;
  return first === longNumberHead ? message[at + 1] : first;
}

/** One more byte follows: an array's count, a number from 24 on. */
const longArrayHead = 0x98;
const longNumberHead = 0x18;
