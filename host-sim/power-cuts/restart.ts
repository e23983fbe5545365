import { storageFaultSentence } from "../../firmware/storage/stored-item.js";
import type { PrintedEvent } from "../virtual/lab.js";
import { victim, type Stage } from "./stage.js";
import type { StoredState } from "./stored-state.js";

/** Others take a link for dead after this: they must, before they call a phone that was gone for no time at all. */
const settlingMs = 15_000;

/**
 * Starts the phone again with what is stored, others being there: it says what is damaged and nothing else, is
 * registered, publishes nothing older than before, and can be called. Throws an Error that says what it does not.
 */
export function restart(stage: Stage, left: StoredState): void {
  stage.restore();
  if (stage.lab.handsets.get("bob")?.isOn !== true) stage.on("bob");
  stage.on(victim);
  checkComplaints(stage, left);
  if (left.content.settings === undefined) stage.type(victim, "set name alice");
  stage.expect(victim, "registered");
  stage.run(settlingMs);
  const { name, nodeId } = identity(stage);
  stage.talk("bob", victim, String(name));
  const stale = stage.staleGeneration(String(nodeId));
  if (stale !== undefined) throw new Error(stale);
}

function checkComplaints(stage: Stage, left: StoredState): void {
  const warnings = stage.lab.eventsOf(victim).filter(({ event }) => event === "warning");
  const said = warnings.map(({ sentence }) => String(sentence)).filter((text) => text.includes("stored"));
  const due = left.faults.map((fault) => storageFaultSentence(fault, left.content[fault.item] !== undefined));
  const [missing] = due.filter((sentence) => !said.includes(sentence));
  const [untrue] = said.filter((sentence) => !due.includes(sentence));
  if (missing !== undefined) throw new Error(`it did not say: ${missing}`);
  if (untrue !== undefined) throw new Error(`it said without reason: ${untrue}`);
}

function identity(stage: Stage): PrintedEvent {
  stage.type(victim, "show");
  return stage.expect(victim, "identity");
}
