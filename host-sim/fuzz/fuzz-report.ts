import { marked, markOf, textTable } from "../table.js";
import type { Outcome } from "./campaign.js";

/** What a run came to, for people: a row for each decoder, then the failures and how each is replayed. */
export function fuzzTable(outcomes: readonly Outcome[]): string {
  const head = ["decoder", "inputs", "accepted", "refused as", "failures", "µs each"];
  const rows = outcomes.map((outcome) => [
    outcome.decoder,
    grouped(outcome.inputs),
    grouped(outcome.accepted),
    refusals(outcome),
    marked(String(outcome.failed), markOf(outcome.failed === 0)),
    outcome.microsecondsEach.toFixed(1),
  ]);
  const inputs = outcomes.reduce((sum, outcome) => sum + outcome.inputs, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  const total = `${grouped(inputs)} inputs to ${outcomes.length} decoders, ${failed} failures`;
  return [textTable(head, rows), total, ...outcomes.flatMap(failureLines)].join("\n");
}

/** The three kinds of refusal that were most, and how many there were besides. */
function refusals({ refused }: Outcome): string {
  const kinds = Object.entries(refused);
  const shown = kinds.slice(0, 3).map(([kind, count]) => `${kind} ${grouped(count)}`);
  const more = kinds.slice(3).reduce((sum, [, count]) => sum + count, 0);
  return [...shown, ...(more === 0 ? [] : [`${kinds.length - 3} more ${grouped(more)}`])].join(", ");
}

function failureLines({ failures }: Outcome): readonly string[] {
  return failures.map(({ decoder, seed, input, problem }) => {
    const replay = `npx muster fuzz --decoder ${decoder} --seed ${seed} --input ${input}`;
    return `${decoder}: ${problem}\n  ${replay}`;
  });
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}
