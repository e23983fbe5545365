import { shippedKinds, type KindDefinition } from "../../firmware/overlay/kind-definition.js";

/** A Kind of the tests; there is room for a few of them in a phone's store. */
function kindOf(kind: number, rule: Pick<KindDefinition, "name" | "model" | "policy">): KindDefinition {
  return { kind, ...rule, valueBytesMax: 64, lifetimeSMax: 1800, entriesPerOwnerMax: 6, entriesMax: 6 };
}

/** One value, one node's: where it stands on a map. */
export const singleKind: KindDefinition = kindOf(101, {
  name: "place",
  model: "single",
  policy: "NODE-MATCH",
});

/** Numbered values of one node: its last calls. */
export const arrayKind: KindDefinition = kindOf(102, {
  name: "calls",
  model: "array",
  policy: "NODE-MATCH",
});

/** A user's one value, whichever of his devices wrote it. */
export const userKind: KindDefinition = kindOf(103, { name: "card", model: "single", policy: "USER-MATCH" });

/** A user's values by name. */
export const dictionaryKind: KindDefinition = kindOf(104, {
  name: "notes",
  model: "dictionary",
  policy: "USER-MATCH",
});

/** What the nodes of the tests store: all that is shipped, and one Kind of each data model. */
export const testKinds: readonly KindDefinition[] = [
  ...shippedKinds,
  singleKind,
  arrayKind,
  userKind,
  dictionaryKind,
];
