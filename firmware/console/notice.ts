import type { NoticeView } from "./view.js";

/** A notice: what a person reads, and what a program reads besides. */
export function notice(
  event: NoticeView["event"],
  sentence: string,
  facts?: NoticeView["facts"],
): NoticeView {
  return facts === undefined ? { event, sentence } : { event, sentence, facts };
}
