import { faultSentence } from "./console-fault.js";
import { jsonLine, type JsonValue } from "./json-line.js";
import { renderText } from "./text-view.js";
import type { View } from "./view.js";

/** The lines a console prints for a view: for a person, or one JSON object on one line for a program. */
export function render(view: View, format: "text" | "json"): string[] {
  return format === "text" ? renderText(view) : [jsonLine(jsonOf(view))];
}

/** The view as it stands; of a notice the facts, and of a fault its fields, beside the name. */
function jsonOf(view: View): JsonValue {
  if (view.event === "fault") {
    const { kind, at, in: where, given, allowed, suggestions } = view.fault;
    const sentence = faultSentence(view.fault);
    return { event: "fault", kind, at, in: where, given, allowed, suggestions, sentence };
  }
  if (!("sentence" in view)) return { ...view } as unknown as JsonValue;
  const { event, sentence, facts } = view;
  return { event, sentence, ...facts };
}
