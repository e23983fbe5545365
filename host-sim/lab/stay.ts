import { createInterface } from "node:readline";
import type { HandsetEvent, HandsetProcess } from "./handset-process.js";

/**
 * Drives running handsets by hand: `alice call bob` types `call bob` on alice's console; what handsets print is shown with their
 * names. Ends at `quit`, or at the end of input.
 */
export async function prompt(handsets: readonly HandsetProcess[]): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: "muster> " });
  const show = (text: string): void => {
    process.stdout.write(`\r${text}\n`);
    lines.prompt(true);
  };
  for (const handset of handsets) {
    const pty = handset.events.find((event) => event.event === "consoleOpened");
    show(`${handset.name} is at ${handset.address}, console ${textOf(pty?.["path"])}`);
    handset.onEvent((event) => show(`${handset.name}: ${eventText(event)}`));
  }
  show("type a name and a command (alice call bob), help for a handset's commands (alice help), quit to end");
  for await (const line of lines) {
    const [name, ...rest] = line.trim().split(/\s+/);
    if (name === "quit") break;
    const handset = handsets.find((one) => one.name === name);
    if (handset !== undefined && rest.length > 0) handset.type(rest.join(" "));
    else if (name !== "")
      show(`no handset is called "${name}"; there are ${handsets.map((one) => one.name).join(", ")}`);
    lines.prompt();
  }
  lines.close();
}

function eventText(event: HandsetEvent): string {
  const fields = Object.entries(event).filter(([key]) => key !== "event");
  return `${event.event} ${fields.map(([key, value]) => `${key} ${textOf(value)}`).join(", ")}`.trim();
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "none");
}
