/**
 * What became of a call, as phone, log and storage have it. A stored outcome is its place in this list: new ones are
 * appended, none is moved.
 */
export const callOutcomes = [
  "talked",
  "missed",
  "missed while busy",
  "declined here",
  "given up",
  "busy",
  "declined",
  "no answer",
  "not found",
  "unreachable",
  "lost",
  "failed",
  "answered elsewhere",
  "declined elsewhere",
] as const;

/** One of them. */
export type CallOutcome = (typeof callOutcomes)[number];
