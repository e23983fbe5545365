import assert from "node:assert/strict";
import { octetBytes, octetText } from "../../../firmware/wire/sip/octets.js";
import { answerTo, tortureTable, type TortureRow } from "../../../host-sim/torture/torture.js";
import { fileBytes, vectorNames } from "../../support/file.js";
import { rounds, seed } from "../../support/seed.js";
import { Chance } from "../support/chance.js";

/** What `muster torture` prints, row by row: what a phone answers to the torture messages of RFC 4475 and RFC 5118. */
describe("usage/sip: torture", () => {
  const rows = tortureTable({ rfc4475: files("rfc4475"), rfc5118: files("rfc5118"), sdp: files("sdp") });

  for (const { name, section, what, wanted, got } of rows) {
    it(`${section} ${name}: ${wanted} (${what})`, () => {
      assert.equal(got, wanted);
    });
  }

  it("all messages of both RFCs are there, and every file that was handed over", () => {
    const of = (rfc: string): TortureRow[] => rows.filter((row) => row.section.startsWith(rfc));
    assert.equal(of("4475").length, 49, "RFC 4475 has 49 messages");
    assert.equal(of("5118").length, 12, "RFC 5118 has 12 messages");
    const given = ["rfc4475", "rfc5118", "sdp"].flatMap(vectorNames);
    const missing = given.filter((name) => !rows.some((row) => row.name === name && !row.own));
    assert.deepEqual(missing, []);
  });

  it(`changed at random (MUSTER_SEED=${seed}): one answer at most, and no state after it`, function () {
    this.timeout(60_000);
    const chance = new Chance(seed + 31);
    const counts = new Map<string, number>();
    const messages = [...files("rfc4475").values(), ...files("rfc5118").values()];
    const turns = rounds(3000);
    for (let i = 0; i < turns; i++) {
      const bytes = changed(chance.pick(messages), chance);
      const got = answerTo(bytes, "user");
      assert.match(
        got,
        /^(silence|180|200|400|404|405|406|413|415|416|420|481|488|501|505)$/,
        octetText(bytes),
      );
      counts.set(got, (counts.get(got) ?? 0) + 1);
    }
    console.log(`      ${[...counts].map(([status, count]) => `${status} ${count}`).join(", ")}`);
    for (const status of ["silence", "180", "200", "400", "404", "405", "415", "416", "481", "488", "501"]) {
      assert.ok(counts.has(status), `nothing was answered ${status}`);
    }
  });
});

function files(folder: string): ReadonlyMap<string, Uint8Array> {
  return new Map(vectorNames(folder).map((name) => [name, fileBytes(`test/vectors/${folder}/${name}`)]));
}

/** One line or a few characters of a message are lost, doubled, or become others. */
function changed(bytes: Uint8Array, chance: Chance): Uint8Array {
  const lines = octetText(bytes).split("\r\n");
  const at = chance.below(lines.length);
  const line = lines[at] ?? "";
  const place = chance.below(line.length + 1);
  switch (chance.below(5)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(chance.below(lines.length), 0, line);
      break;
    case 2:
      lines[at] = line.slice(0, place) + String.fromCharCode(chance.below(256)) + line.slice(place + 1);
      break;
    case 3:
      lines[at] = line.replace(/[0-9]+/, chance.pick(["-1", "4294967296", "0", "9".repeat(40)]));
      break;
    default:
      lines[at] = chance.pick(lines);
  }
  return octetBytes(lines.join("\r\n"));
}
