/**
 * Writes the golden handshake into test/vectors/muster/handshake.json and firmware/identity/README.md. Run by
 * hand after a change of the protocol: `npx tsx test/identity/write-golden.ts`; the test compares.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { goldenCases } from "./golden-cases.js";
import { goldenPath, goldenText } from "./golden.js";

const cases = goldenCases();
writeFileSync(
  new URL(`../../${goldenPath}`, import.meta.url),
  `${JSON.stringify({ cases }, undefined, 2)}\n`,
);
const readme = new URL("../../firmware/identity/README.md", import.meta.url);
const text = readFileSync(readme, "utf8");
const block = /(<!-- golden -->\n```text\n)[\s\S]*?(\n```\n<!-- end -->)/;
writeFileSync(readme, text.replace(block, `$1${goldenText(cases["cold"] ?? {})}$2`));
