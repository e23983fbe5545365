import { createInterface } from "node:readline";
import { render } from "../../firmware/console/render.js";
import type { View } from "../../firmware/console/view.js";
import type { HandsetEvent, HandsetProcess } from "./handset-process.js";

/**
 * Drives running handsets by hand: `alice call bob` types `call bob` on alice's console; what handsets print
 * is shown with their names. Ends at `quit`, or at the end of input.
 */
export async function prompt(handsets: readonly HandsetProcess[]): Promise<void> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: process.stdin.isTTY ? "muster> " : "",
  });
  const show = (text: string): void => {
    process.stdout.write(`\r${text}\n`);
    lines.prompt(true);
  };
  for (const handset of handsets) {
    const opened = handset.events.find((event) => event.event === "consoleOpened")?.["path"];
    const pty = typeof opened === "string" ? opened : "none";
    show(`${handset.name} is at ${handset.address}, console ${pty}`);
    handset.onEvent((event) => {
      for (const line of consoleText(event)) show(`${handset.name}: ${line}`);
    });
  }
  show("type a name and a command (alice call bob), help for a handset's commands (alice help), quit to end");
  for await (const line of lines) {
    const [, name = "", command = ""] = /^(\S*)\s*(.*)$/.exec(line.trim()) ?? [];
    if (name === "quit") break;
    const handset = handsets.find((one) => one.name === name);
    if (name === "") lines.prompt();
    else if (handset === undefined)
      show(`no handset is called "${name}"; there are ${handsets.map((one) => one.name).join(", ")}`);
    else if (command === "") show(`what shall ${name} do? ${name} help lists the commands`);
    else handset.type(command);
  }
  lines.close();
}

/** What a person would read on the handset's console: a JSON event is the view itself. */
function consoleText(event: HandsetEvent): string[] {
  if (typeof event["sentence"] === "string") return [event["sentence"]];
  return isView(event) ? render(event, "text") : [JSON.stringify(event)];
}

function isView(event: HandsetEvent): event is HandsetEvent & View {
  return ["status", "peers", "records", "contacts", "calls", "settings", "identity", "help"].includes(
    event.event,
  );
}
