import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { LoadedPhone } from "../../../host-sim/moddable/loaded-phone.js";
import { PtyConsole } from "../../../hal/node/pty-console.js";

describe("a phone under the loader", () => {
  let terminal: PtyConsole;
  let phone: LoadedPhone | undefined;

  beforeEach(() => {
    terminal = new PtyConsole({ format: "json", onReadable: () => phone?.handleLines() });
  });
  afterEach(() => {
    phone?.stop();
    phone = undefined;
    terminal.close();
  });

  it("is spoken to over its terminal, line by line, until it ends", async () => {
    const answer = `printf '{"event":"%s"}\\n' "\${line%?}" >&0; read line; exit 3`;
    const script = `exec <>${terminal.path}; read line; ${answer}`;
    phone = new LoadedPhone(["sh", "-c", script], tmpdir(), terminal);
    phone.type("status");
    assert.deepEqual(await phone.expect("status", 10_000), { event: "status" });
    phone.type("quit");
    assert.equal(await phone.ended(10_000), 3);
  });

  it("that ended tells its last words to who waits", async () => {
    phone = new LoadedPhone(["sh", "-c", "echo XS abort: memory full; exit 71"], tmpdir(), terminal);
    await assert.rejects(
      phone.expect("registered", 10_000),
      /ended with status 71; it said: XS abort: memory full/,
    );
  });

  it("that says nothing is not waited for without end", async () => {
    phone = new LoadedPhone(["sleep", "60"], tmpdir(), terminal);
    await assert.rejects(phone.expect("registered", 50), /no sign of "registered" within 0\.05 s/);
  });
});
