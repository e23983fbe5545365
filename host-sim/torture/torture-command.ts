import type { Command } from "commander";
import { vectorFiles } from "../clone-file.js";
import { marked, markOf, textTable } from "../table.js";
import { tortureTable, type TortureRow } from "./torture.js";

/** `muster torture`: what a phone answers to every torture message of RFC 4475 and RFC 5118. */
export function registerTorture(program: Command): void {
  program
    .command("torture")
    .description("give a phone the torture messages of RFC 4475 and RFC 5118, and print what it answers")
    .option("--json", "print the rows as JSON")
    .action((flags: { readonly json?: true }) => {
      const files = {
        rfc4475: vectorFiles("rfc4475"),
        rfc5118: vectorFiles("rfc5118"),
        sdp: vectorFiles("sdp"),
      };
      const rows = tortureTable(files);
      process.stdout.write(`${flags.json === true ? JSON.stringify(rows) : report(rows)}\n`);
      if (rows.some(({ ok }) => !ok)) process.exitCode = 1;
    });
}

function report(rows: readonly TortureRow[]): string {
  const head = ["message", "RFC", "what it is", "wanted", "got", "ok"];
  const lines = rows.map(({ name, own, section, what, wanted, got, ok, choice }) => {
    const title = own ? `${name} (our words)` : name;
    return [
      title,
      section,
      choice === "" ? what : `${what} *`,
      wanted,
      got,
      marked(ok ? "yes" : "no", markOf(ok)),
    ];
  });
  const choices = rows
    .filter(({ choice }) => choice !== "")
    .map(({ name, choice }) => `* ${name}: ${choice}`);
  const met = rows.filter(({ ok }) => ok).length;
  return [textTable(head, lines), ...choices, `${met} of ${rows.length} as wanted`].join("\n");
}
