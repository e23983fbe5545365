import { changes } from "./changes.js";
import { severalPhones } from "./devices.js";
import { givenUpCalls } from "./given-up.js";
import { lostMessages } from "./lost-messages.js";
import { lostPhones } from "./lost-phones.js";
import { plainCalls } from "./plain-calls.js";
import type { Scenario } from "./scenario.js";

/** Every outcome of a call between handsets, in the order of the table. */
export const scenarios: readonly Scenario[] = [
  ...plainCalls,
  ...givenUpCalls,
  ...lostMessages,
  ...lostPhones,
  ...changes,
  ...severalPhones,
];
