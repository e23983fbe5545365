import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { briefTables, idleTables, unexplained, type PhoneCount } from "../../host-sim/soak/accounting.js";
import { curveSvg, curveText } from "../../host-sim/soak/heap-curve.js";
import { runSoak, type SoakRequest } from "../../host-sim/soak/run-soak.js";
import { boardArenaBytes } from "../../host-sim/xs/board-arena.js";
import { toleranceOf, type SoakReport } from "../../host-sim/soak/soak-report.js";
import { seed } from "../support/seed.js";

describe(`a soak (seed ${seed})`, function () {
  this.timeout(180_000);

  let folder = "";

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "muster-soak-"));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function soak(request: Pick<SoakRequest, "hours" | "phones" | "engine">): SoakReport {
    const report = runSoak({ ...request, seed, folder, arenaBytes: boardArenaBytes }, () => undefined);
    assert.deepEqual(report.failures, []);
    assert.ok(report.ok);
    assert.equal(report.hours.length, request.hours);
    for (const hour of report.hours) assert.ok(hour.doings > 100, "people were busy");
    return report;
  }

  it("three hours in Node: no heap grows, and everything in it is explained", () => {
    const { heap, talkShare, done } = soak({ hours: 3, phones: 4, engine: "node" });
    assert.ok(heap.end <= heap.firstHour + heap.toleranceBytes);
    assert.ok(talkShare > 0.005, "there was speech");
    for (const name of ["talked", "declined", "switched off", "message"])
      assert.ok((done[name] ?? 0) > 0, name);
  });

  it("an hour with a phone on XS in its arena: everything it holds is explained", () => {
    const { engine, heap } = soak({ hours: 1, phones: 4, engine: "xs" });
    assert.ok(heap.firstHour > 10_000 && heap.firstHour < (engine.arenaBytes ?? 0));
  });
});

describe("the account of a soak", () => {
  const waiting = ["timer of 192.0.2.10", "timer of 192.0.2.11", "soak", "datagram a>b"];
  const situation = { phones: 2, copies: 3, waiting };
  const zero = [...idleTables, ...briefTables];
  const tables = { links: 1, indexes: 1, credentials: 2, knownCredentials: 1 };
  const quiet = { ...Object.fromEntries(zero.map((name) => [name, 0])), ...tables };
  const phone = (
    name: string,
    changed: Record<string, number> = {},
    records: readonly string[] = ["a", "b"],
  ): PhoneCount => {
    return { name, records, tables: { ...quiet, ...changed } };
  };
  const both = [phone("a"), phone("b")];

  it("explains quiet phones", () => {
    assert.deepEqual(unexplained(situation, both, both), []);
  });

  it("names what nothing explains, and passes over what is brief", () => {
    const found = (counts: readonly PhoneCount[], earlier = both): string[] =>
      unexplained(situation, counts, earlier);
    assert.deepEqual(found([phone("a", { transactions: 1 }), phone("b")]), [
      "a: transactions 1, 0 explained",
    ]);
    assert.deepEqual(found([phone("a"), phone("b", { links: 0 })]), ["b: links 0, 1 explained"]);
    assert.deepEqual(found([phone("a", { framesHeld: 1 }), phone("b")]), []);
    const held = phone("a", { framesHeld: 1 });
    assert.deepEqual(found([held, phone("b")], [held, phone("b")]), ["a: framesHeld 1, 0 explained"]);
    assert.deepEqual(found([phone("a", {}, ["a"]), phone("b")]), ["b is kept by b, 2 copies are explained"]);
    assert.deepEqual(found([phone("a", {}, ["a", "b", "c"]), phone("b")]), [
      "c is kept by a, 0 copies are explained",
    ]);
    assert.deepEqual(
      found([{ name: "a", records: ["a", "b"], tables: {} }, phone("b")]).length,
      zero.length + 4,
    );
  });

  it("counts timers: one a phone", () => {
    const of = (labels: readonly string[]): string[] =>
      unexplained({ ...situation, waiting: labels }, both, both);
    assert.deepEqual(of([...waiting, "audio frame"]), ['"audio frame" waits, and nothing explains it']);
    assert.match(of([...waiting, "timer of 192.0.2.10"])[0] ?? "", /3 timers are armed, 2 are explained/);
    assert.match(of(waiting.slice(1))[0] ?? "", /1 timers are armed, 2 are explained/);
  });

  it("draws the curve", () => {
    assert.match(
      curveSvg("heap", [1000, 1010, 1020]),
      /^<svg[^]*<polyline[^>]* points="48.0,192.0 320.0,120.0 592.0,48.0"/,
    );
    assert.equal(curveText([102_400, 104_448]).split("\n")[1], `   2    102.0 KB  ${"#".repeat(40)}`);
  });

  it("allows what is noise, and no more", () => {
    assert.equal(toleranceOf({ name: "xs" }, 60_000).bytes, 2048);
    assert.equal(toleranceOf({ name: "node" }, 10_000_000).bytes, 50_000);
  });
});
