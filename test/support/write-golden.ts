/** Writes test/vectors/muster/messages.json, by hand after a change of the protocol: `npx tsx <this file>`. */
import { writeFileSync } from "node:fs";
import { goldenFile, goldenRows } from "./golden.js";

writeFileSync(new URL(`../../${goldenFile}`, import.meta.url), `${JSON.stringify(goldenRows(), null, 2)}\n`);
