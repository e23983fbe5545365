import node from "node:assert/strict";
import * as ours from "./engine/assert.js";

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
}

const circle: unknown[] = [1];
circle.push(circle);
const sameCircle: unknown[] = [1];
sameCircle.push(sameCircle);
const otherCircle: unknown[] = [2];
otherCircle.push(otherCircle);
const symbol = Symbol("symbol");
// eslint-disable-next-line no-sparse-arrays -- a hole is what is compared
const holed = [1, , 3];

/** Each is compared with each, in both orders: what Node holds for deeply equal, we must too, and nothing else. */
const values: readonly unknown[] = [
  ...[0, -0, 1, NaN, NaN, Infinity, "", "a", "1", true, false, null, undefined, 1n, 2n, symbol],
  ...[[], [1], [1, 2], [undefined], [1, undefined, 3], holed, [[1], [2]], [[1], [3]]],
  ...[{}, { a: 1 }, { a: 1, b: undefined }, { b: undefined, a: 1 }, { a: -0 }, { a: 0 }, { a: { b: [NaN] } }],
  ...[{ a: { b: [NaN] } }, { [symbol]: 1 }, { [symbol]: 1 }, { [symbol]: 2 }],
  ...[Object.create(null) as object, Object.assign(Object.create(null) as object, { a: 1 })],
  ...[new Point(1), new Point(1), new Point(2), { x: 1 }],
  ...[Object.assign([1], { note: "x" }), Object.assign([1], { note: "x" })],
  ...[
    new Map(),
    new Map([[1, "a"]]),
    new Map([[1, "b"]]),
    new Map([[{ k: 1 }, [1]]]),
    new Map([[{ k: 1 }, [1]]]),
  ],
  new Map([
    [1, "a"],
    [2, "b"],
  ]),
  new Map([
    [2, "b"],
    [1, "a"],
  ]),
  ...[new Map([[undefined, undefined]]), new Map([[null, undefined]])],
  ...[
    new Set(),
    new Set([1, 2]),
    new Set([2, 1]),
    new Set([[1], [2]]),
    new Set([[2], [1]]),
    new Set([[1], [1]]),
  ],
  ...[Uint8Array.of(1, 2), Uint8Array.of(1, 2), Uint8Array.of(1, 3), Uint8Array.of(1), Int8Array.of(1, 2)],
  ...[Uint8Array.of(0, 1, 2).subarray(1), Buffer.of(1, 2), [1, 2], new Uint8Array(0), Int16Array.of(1, 2)],
  ...[Float64Array.of(0), Float64Array.of(-0), Float64Array.of(NaN), Float64Array.of(NaN)],
  ...[Uint8Array.of(1, 2).buffer, Uint8Array.of(1, 2).buffer, Uint8Array.of(2, 1).buffer],
  ...[new DataView(Uint8Array.of(1, 2).buffer), new DataView(Uint8Array.of(1, 2).buffer)],
  ...[new Date(1), new Date(1), new Date(2), /a/g, /a/g, /a/i, /b/g],
  ...[new Error("a"), new Error("a"), new Error("b"), new TypeError("a"), new Error("a", { cause: 1 })],
  ...[new Number(1), new Number(1), new Number(2), new String("a"), new String("a"), new Boolean(true)],
  ...[circle, sameCircle, otherCircle],
  ...[node, Math.max, { f: Math.max }, { f: Math.max }, { f: Math.min }],
];

function passes(body: () => void): boolean {
  try {
    body();
    return true;
  } catch {
    return false;
  }
}

describe("xs/engine/assert beside node:assert/strict", () => {
  for (const name of ["equal", "notEqual", "deepEqual", "notDeepEqual"] as const) {
    it(`${name}: the same verdict on each pair of ${values.length} values`, () => {
      let passed = 0;
      values.forEach((a, i) => {
        values.forEach((b, j) => {
          const expected = passes(() => {
            node[name](a, b);
          });
          const actual = passes(() => {
            ours[name](a, b);
          });
          node.equal(actual, expected, `${name} of values ${i} and ${j}`);
          passed += Number(expected);
        });
      });
      node.ok(passed > 50 && passed < values.length ** 2);
    });
  }

  it("ok: the same verdict on each", () => {
    for (const value of values) {
      node.equal(
        passes(() => {
          ours.assert(value);
        }),
        Boolean(value),
      );
      node.equal(
        passes(() => {
          ours.ok(value);
        }),
        Boolean(value),
      );
    }
  });

  it("match, doesNotMatch: the same verdict, whatever is looked at", () => {
    for (const text of ["", "abc", "xabc", 7, undefined, new String("abc")]) {
      for (const pattern of [/b/, /^a/, /^$/, /z/]) {
        for (const name of ["match", "doesNotMatch"] as const) {
          const expected = passes(() => {
            node[name](text as string, pattern);
          });
          const actual = passes(() => {
            ours[name](text, pattern);
          });
          node.equal(actual, expected, `${name} ${String(text)} ${String(pattern)}`);
        }
      }
    }
  });

  const throwing: readonly (() => unknown)[] = [
    () => 1,
    () => {
      throw new Error("broken at 7");
    },
    () => {
      throw new TypeError("broken at 7");
    },
    () => {
      throw Object.assign(new RangeError("far"), { code: 5 });
    },
  ];
  const expectations: readonly unknown[] = [
    ...[
      undefined,
      "a text",
      /broken/,
      /TypeError/,
      /nothing/,
      Error,
      TypeError,
      RangeError,
      { message: "far" },
    ],
    ...[{ code: 5 }, { code: 6 }, { message: /bro/ }, (error: unknown) => error instanceof RangeError],
  ];

  it("throws, rejects: the same verdict for each error and each expectation", async () => {
    for (const [i, body] of throwing.entries()) {
      for (const [j, expectation] of expectations.entries()) {
        const expected = passes(() => {
          node.throws(body, expectation as RegExp);
        });
        const actual = passes(() => {
          ours.throws(body, expectation as RegExp);
        });
        node.equal(actual, expected, `body ${i}, expectation ${j}`);
        const rejected = await ours
          .rejects(() => Promise.resolve().then(body), expectation as RegExp)
          .then(...outcomes);
        node.equal(rejected, expected, `rejects: body ${i}, expectation ${j}`);
      }
    }
  });

  it("says what was compared, or what it was told to say", () => {
    const text = (body: () => void): string => {
      try {
        body();
      } catch (error) {
        return error instanceof Error ? error.message : "";
      }
      return "";
    };
    const told = new Error("told");
    node.equal(
      text(() => {
        ours.equal(1, "1");
      }),
      '1 is not "1"',
    );
    node.match(
      text(() => {
        ours.deepEqual([new Map([[1, Uint8Array.of(7)]])], [], "the list");
      }),
      /^the list: \[Map\{1 => Uint8Array\[7\]\}\] does not deeply equal \[\]$/,
    );
    node.equal(
      text(() => {
        ours.ok(false, told);
      }),
      "told",
    );
    node.match(
      text(() => {
        ours.fail("no way");
      }),
      /^no way/,
    );
  });
});

const outcomes = [(): boolean => true, (): boolean => false] as const;
