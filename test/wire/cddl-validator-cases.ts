import { toCbor } from "../support/arbitraries.js";

/** One rule `it`, values that it describes, and values that it does not with a part of the reason. */
export interface ValidatorCase {
  readonly cddl: string;
  readonly accepts: readonly unknown[];
  readonly refuses: readonly (readonly [unknown, string])[];
}

const h = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

export const validatorCases: readonly ValidatorCase[] = [
  {
    cddl: "it = uint",
    accepts: [0, 23, 2 ** 40],
    refuses: [
      [-1, "it: -1 is not uint"],
      [h("00"), "not uint"],
      ["1", "not uint"],
    ],
  },
  { cddl: "it = nint", accepts: [-1], refuses: [[0, "not nint"]] },
  { cddl: "it = int", accepts: [-5, 5], refuses: [[true, "not int"]] },
  {
    cddl: "it = bstr",
    accepts: [h(""), h("0102")],
    refuses: [
      ["text", "not bstr"],
      [null, "not bstr"],
    ],
  },
  { cddl: "it = tstr", accepts: ["", "é"], refuses: [[h("61"), "not tstr"]] },
  { cddl: "it = bool", accepts: [true, false], refuses: [[0, "not bool"]] },
  { cddl: "it = true", accepts: [true], refuses: [[false, "not true"]] },
  { cddl: "it = nil", accepts: [null], refuses: [[false, "not nil"]] },
  { cddl: "it = any", accepts: [1, "x", [1, new Map()]], refuses: [] },
  {
    cddl: "it = 5",
    accepts: [5],
    refuses: [
      [6, "6 is not 5"],
      ["5", "is not 5"],
    ],
  },
  {
    cddl: 'it = "five"',
    accepts: ["five"],
    refuses: [
      ["six", 'is not "five"'],
      [h("66697665"), "is not"],
    ],
  },
  { cddl: "it = h'0a 0b'", accepts: [h("0a0b")], refuses: [[h("0a0c"), "is not h'0a0b'"]] },
  {
    cddl: "it = 3..7",
    accepts: [3, 7],
    refuses: [
      [2, "2 is not in 3..7"],
      [8, "8 is not in"],
      ["5", "not in"],
    ],
  },
  { cddl: "it = -3...3", accepts: [-3, 2], refuses: [[3, "not in -3..2"]] },
  { cddl: "it = uint / nil", accepts: [1, null], refuses: [["x", "not uint"]] },
  {
    cddl: "it = bstr .size 2",
    accepts: [h("0102")],
    refuses: [
      [h("01"), "a length of 1 bytes"],
      [h("010203"), "length of 3"],
    ],
  },
  {
    cddl: "it = bstr .size (1..3)",
    accepts: [h("01"), h("010203")],
    refuses: [
      [h(""), "length of 0"],
      [h("01020304"), "length of 4"],
    ],
  },
  {
    cddl: "it = bstr .size (6 / 18)",
    accepts: [h("010203040506")],
    refuses: [[h("0102030405"), "length of 5"]],
  },
  { cddl: "it = tstr .size 2", accepts: ["ab", "é"], refuses: [["éa", "length of 3"]] },
  {
    cddl: "it = uint .size 2",
    accepts: [0, 65535],
    refuses: [
      [65536, "exceeds 2 bytes"],
      [-1, "not uint"],
    ],
  },
  {
    cddl: 'it = tstr .regexp "[a-z]{1,3}"',
    accepts: ["abc"],
    refuses: [
      ["abcd", "is not like"],
      ["A", "is not like"],
    ],
  },
  {
    cddl: "it = bstr .cbor [1, uint]",
    accepts: [toCbor([1, 2])],
    refuses: [
      [toCbor([1, -2]), "it/[1]: -2 is not uint"],
      [h("8201"), "embedded CBOR"],
      [h("82011802"), "embedded CBOR"],
      [[1, 2], "not bstr"],
    ],
  },
  {
    cddl: "it = []",
    accepts: [[]],
    refuses: [
      [[1], "an item too many"],
      [new Map(), "is no array"],
    ],
  },
  {
    cddl: "it = [kind: 1, ? name: tstr, ? more: [uint]]",
    accepts: [[1], [1, "x"], [1, [2]], [1, "x", [2]]],
    refuses: [
      [[], "it/kind: is missing"],
      [[2], "it/kind: 2 is not 1"],
      [[1, [2], "x"], "an item too many"],
      [[1, "x", ["y"]], 'it/more/[0]: "y" is not uint'],
    ],
  },
  {
    cddl: "it = [2*3 uint]",
    accepts: [
      [1, 2],
      [1, 2, 3],
    ],
    refuses: [
      [[1], "is missing"],
      [[1, 2, 3, 4], "an item too many"],
      [[1, "x"], "not uint"],
    ],
  },
  { cddl: "it = [* uint]", accepts: [[], [1, 2, 3, 4]], refuses: [[["x"], "not uint"]] },
  { cddl: "it = [+ uint]", accepts: [[1]], refuses: [[[], "is missing"]] },
  { cddl: "it = [*2 uint, tstr]", accepts: [["x"], [1, 2, "x"]], refuses: [[[1, 2, 3, "x"], "not tstr"]] },
  {
    cddl: "it = [0*2 pair]\npair = (a: uint, b: tstr)",
    accepts: [[], [1, "x"], [1, "x", 2, "y"]],
    refuses: [
      [[1], "it/b: is missing"],
      [["x", 1], 'it/a: "x" is not uint'],
      [[1, "x", 2, "y", 3, "z"], "an item too many"],
    ],
  },
  {
    cddl: "it = [(1, uint // 2, tstr), bool]",
    accepts: [
      [1, 5, true],
      [2, "x", true],
    ],
    refuses: [
      [[1, "x", true], "not uint"],
      [[2, 5, true], "not tstr"],
      [[3, 5, true], "is not"],
      [[1, 5], "is missing"],
    ],
  },
  {
    cddl: "it = [? (a: uint, ? b: uint), c: uint]",
    accepts: [[1], [1, 2], [1, 2, 3]],
    refuses: [[[], "is missing"]],
  },
  { cddl: "it = [* uint, last: uint]", accepts: [[1], [1, 2, 3]], refuses: [[[], "is missing"]] },
  {
    cddl: "it = { 1: uint, ? -2: bstr }",
    accepts: [
      new Map<number, unknown>([[1, 5]]),
      new Map<number, unknown>([
        [1, 5],
        [-2, h("00")],
      ]),
    ],
    refuses: [
      [new Map(), "it/1: is missing"],
      [new Map([[1, "x"]]), 'it/1: "x" is not uint'],
      [
        new Map([
          [1, 5],
          [3, 5],
        ]),
        "it/3: a pair too many",
      ],
      [
        new Map<number, unknown>([
          [1, 5],
          [-2, 7],
        ]),
        "it/-2: 7 is not bstr",
      ],
      [[1, 5], "is no map"],
    ],
  },
  {
    cddl: 'it = { name: tstr, "n": 1 }',
    accepts: [
      new Map<string, unknown>([
        ["n", 1],
        ["name", "x"],
      ]),
    ],
    refuses: [[new Map([["name", "x"]]), 'it/"n": is missing']],
  },
  {
    cddl: "it = { 1*2 uint => tstr }",
    accepts: [new Map([[4, "x"]])],
    refuses: [
      [new Map(), "is missing"],
      [new Map([["k", "x"]]), "is missing"],
      [
        new Map([
          [1, "a"],
          [2, "b"],
          [3, "c"],
        ]),
        "a pair too many",
      ],
    ],
  },
  {
    cddl: "it = { (1: uint // 2: tstr) }",
    accepts: [new Map([[1, 1]]), new Map([[2, "x"]])],
    refuses: [
      [
        new Map<number, unknown>([
          [1, 1],
          [2, "x"],
        ]),
        "a pair too many",
      ],
    ],
  },
  {
    cddl: "it = [a, ; a comment\n b]\na = 1 b = (2 / 3)",
    accepts: [[1, 3]],
    refuses: [[[1, 4], "4 is not"]],
  },
];
