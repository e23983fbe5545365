import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { SignalConsole } from "../../../host-sim/peer/signal-console.js";
import { TableConsole } from "../../../host-sim/peer/table-console.js";
import { tableRowsOf } from "../../../host-sim/peer/screen.js";

/** A terminal that keeps what was written to it. */
class FakeTerminal extends EventEmitter {
  rows = 30;
  columns = 80;
  written = "";

  write(text: string): void {
    this.written += text;
  }
}

const status = {
  event: "status",
  name: "tower",
  overlay: "town",
  nodeId: "a3f1".repeat(8),
  address: "192.0.2.7:6084",
  uptimeMs: 61_000,
  stage: "peer",
  role: { name: "peer", reason: "host", text: "it is a host peer", servedBy: [], clients: 0 },
  peers: 1,
  overlayPeers: 2,
  records: 3,
  recordBytes: 500,
  ways: [],
  traffic: {},
  problems: [],
};
const [escape, save, restore] = ["\x1b", "\x1b7", "\x1b8"];

describe("host-sim/peer: the table on a terminal", () => {
  function opened(rows: number): { terminal: FakeTerminal; console: TableConsole } {
    const terminal = new FakeTerminal();
    terminal.rows = rows;
    return { terminal, console: new TableConsole(terminal, () => undefined) };
  }

  it("draws what it was answered above the log, and puts the cursor back", () => {
    const { terminal, console } = opened(30);
    assert.ok(terminal.written.includes(`${escape}[${tableRowsOf(30) + 1};30r`), "the log scrolls below");
    terminal.written = "";
    console.writeLine(JSON.stringify(status));
    console.writeLine(JSON.stringify({ event: "joined", sentence: "Joined." }));
    assert.equal(terminal.written, "", "with the peers only it is whole");
    console.writeLine(JSON.stringify({ event: "peers", peers: [] }));
    assert.ok(terminal.written.startsWith(save) && terminal.written.endsWith(restore));
    for (const text of ["tower", "town", "192.0.2.7:6084", "No links"])
      assert.ok(terminal.written.includes(text));
    assert.equal(terminal.written.split("\r\n").length, tableRowsOf(30));
    console.close();
    assert.ok(terminal.written.endsWith(`${escape}[r${escape}[30;1H\n`), "the terminal is given back");
    assert.equal(terminal.listenerCount("resize"), 0);
  });

  it("draws anew where the terminal has another size, and nothing where it is too small", () => {
    const { terminal, console } = opened(30);
    console.writeLine(JSON.stringify(status));
    console.writeLine(JSON.stringify({ event: "peers", peers: [] }));
    terminal.rows = 45;
    terminal.written = "";
    terminal.emit("resize");
    assert.ok(terminal.written.includes(`${escape}[${tableRowsOf(45) + 1};45r`));
    assert.ok(terminal.written.includes("tower"));
    terminal.rows = 10;
    terminal.written = "";
    terminal.emit("resize");
    assert.equal(terminal.written, `${escape}[r`, "the log has all of it");
    console.close();
    assert.equal(terminal.written, `${escape}[r`);
  });
});

describe("host-sim/peer: signals", () => {
  it("the first is typed as quit, the second ends at once, and none is heard after closing", () => {
    const before = process.listenerCount("SIGTERM");
    let [readable, ended] = [0, 0];
    const console = new SignalConsole(
      () => readable++,
      () => ended++,
    );
    assert.equal(console.readLine(), undefined);
    process.emit("SIGTERM");
    assert.deepEqual([readable, ended, console.readLine(), console.readLine()], [1, 0, "quit", undefined]);
    process.emit("SIGTERM");
    assert.deepEqual([readable, ended], [1, 1]);
    console.close();
    assert.equal(process.listenerCount("SIGTERM"), before);
  });
});
