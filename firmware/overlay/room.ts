import type { Duration } from "../core/time.js";

/** Whether a link did not come about for want of room, here or there, and may in a moment. */
export function mayPass(reason: string): boolean {
  return noRoom.includes(reason);
}

/** When it is tried again: a guest that says nothing for as long gives its row to another (link layer). */
export const roomAgainMs = 2_000 as Duration;

const noRoom: readonly string[] = ["table-full", "too-many-attempts", "already-linked", "refused"];
