/**
 * Lint rules. Presets first, then what our style asks for, then what we turn off, each with its reason.
 * Planted files in `lint.test.ts` show for every rule of ours that it fires.
 */
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** What runs on the phone: no platform, no clock, no asynchrony, nothing done at import. */
const phoneCode = [
  "firmware/**/*.ts",
  "hal/*.ts",
  "hal/portable/**/*.ts",
  "hal/moddable/*.ts",
  "manifests/**/*.ts",
];

const platformGlobals = [
  ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "Date", "performance"],
  ["process", "Buffer", "console", "TextEncoder", "TextDecoder", "URL", "fetch", "crypto", "structuredClone"],
  ["require", "module", "global", "globalThis", "eval", "Promise", "WeakRef", "FinalizationRegistry"],
].flat();

/**
 * Newer than ES2022 (findLast excepted): XS 13.3 does not have them, and the ES2023.Array library would let
 * them pass.
 */
const newerMethods = `/^(${[
  ["toSorted", "toReversed", "toSpliced", "groupBy", "withResolvers"],
  ["toHex", "fromHex", "toBase64", "fromBase64", "toWellFormed", "isWellFormed"],
]
  .flat()
  .join("|")})$/`;

const moduleConstant =
  ":matches(Program > VariableDeclaration, Program > ExportNamedDeclaration > VariableDeclaration)";
const atImport = "no work at import: XS would do it at each start, and keep the result in RAM";

const phoneSyntax = [
  { selector: `${moduleConstant}[kind!='const']`, message: "no module state" },
  {
    selector: `${moduleConstant} ArrayExpression[elements.length=0]`,
    message: "no module state: what fills it?",
  },
  {
    selector: `${moduleConstant} ObjectExpression[properties.length=0]`,
    message: "no module state: what fills it?",
  },
  { selector: `${moduleConstant} NewExpression:not(:function NewExpression)`, message: atImport },
  { selector: `${moduleConstant} CallExpression:not(:function CallExpression)`, message: atImport },
  {
    selector: "PropertyDefinition[static=true] > :matches(NewExpression, CallExpression)",
    message: atImport,
  },
  { selector: "StaticBlock", message: atImport },
  { selector: "Program > ExpressionStatement:not([directive])", message: atImport },
  { selector: ":function[async=true]", message: "firmware runs to completion" },
  { selector: "AwaitExpression", message: "firmware runs to completion" },
  { selector: "ClassDeclaration[superClass]", message: "no inheritance" },
  {
    selector: "CallExpression[callee.object.name='Array'][callee.property.name='from'] > ObjectExpression",
    message: "XS numbers the items of such an array wrongly: push them",
  },
  { selector: `MemberExpression[property.name=${newerMethods}]`, message: "XS 13.3 lacks it" },
  { selector: "CallExpression > MemberExpression[property.name='with']", message: "XS 13.3 lacks it" },
];

/** On XS a private method takes 16 B of each instance (4 kB of a phone), a method that TypeScript alone hides none. */
const phoneHiding = [
  { selector: "PropertyDefinition[accessibility]", message: "use #private" },
  { selector: "MethodDefinition[accessibility!='private'][accessibility]", message: "all else is public" },
  {
    selector: "MethodDefinition[key.type='PrivateIdentifier']",
    message: "write `private`: it takes no memory",
  },
];
const toolHiding = [
  { selector: ":matches(PropertyDefinition, MethodDefinition)[accessibility]", message: "use #private" },
];

const everywhereSyntax = [
  { selector: "ExportDefaultDeclaration", message: "named exports only" },
  { selector: "TSEnumDeclaration", message: "a union of strings instead" },
  {
    selector: ":matches(FunctionDeclaration[id.name=/^get[A-Z]/], MethodDefinition[key.name=/^get[A-Z]/])",
    message: "no `get` prefix: name what comes back",
  },
];

/** Not JavaScript but to xsc: natives are written `@ "xs_..."`; and scripts that test such modules. */
const nativeScripts = ["hal/moddable/native/*.js", "host-sim/xs/device/*.js", "test/host-sim/xs/**/*.js"];

export default defineConfig(
  { ignores: ["node_modules/**", "build/**", ".cache/**", "test/vectors/**", "lab-*/**", ...nativeScripts] },
  js.configs.recommended,
  {
    files: ["**/*.{mjs,cjs,js}"],
    rules: { "no-undef": "off" }, // plain scripts of a few lines; knows no Node globals without another package
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: process.cwd() } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "max-lines": ["error", { max: 300 }],
      "max-lines-per-function": ["error", { max: 60 }],
      // A switch over a closed union counts as one decision: the exhaustiveness rule watches over its cases.
      complexity: ["error", { max: 10, variant: "modified" }],
      "max-depth": ["error", 3],
      "max-params": ["error", 4],
      eqeqeq: "error",
      "no-restricted-properties": ["error", { object: "Math", property: "random", message: "take a Random" }],
      "no-restricted-syntax": ["error", ...everywhereSyntax, ...toolHiding],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/prefer-readonly": "error",
      "@typescript-eslint/naming-convention": ["error", { selector: "typeLike", format: ["PascalCase"] }],
      // Sizes, counts and offsets belong in messages; a number prints as what it is.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `() => this.#wake()` says what happens; braces around it say nothing more.
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // `for (;;)` and `while (true)` with a return inside are how a reader loop is written.
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      // Exported constants carry their type, also where it could be inferred: isolatedDeclarations, and one look.
      "@typescript-eslint/no-inferrable-types": "off",
      // An index known to be in range is written `bytes[i] as number`: it says what is there. `!` stays forbidden.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Alphabets and tables of digits are ASCII: their characters are their units.
      "@typescript-eslint/no-misused-spread": ["error", { allow: ["string"] }],
      // Decoders of text refuse control characters, and have to name them.
      "no-control-regex": "off",
      // Two spellings of one thing, each at home somewhere: a named key, an annotation where
      // isolatedDeclarations wants it.
      "@typescript-eslint/consistent-indexed-object-style": "off",
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/consistent-generic-constructors": "off",
      // A contract may ask for a promise where one of its implementations has nothing to wait for.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["host-sim/**/*.ts", "test/**/*.ts"],
    rules: { complexity: ["error", { max: 15, variant: "modified" }] }, // tools and tests: defaults and `?.` add up
  },
  {
    files: phoneCode,
    rules: {
      "no-restricted-globals": ["error", ...platformGlobals],
      "no-restricted-syntax": ["error", ...everywhereSyntax, ...phoneHiding, ...phoneSyntax],
    },
  },
  {
    files: ["firmware/core/limits.ts"],
    rules: {
      // Every bound stands in this one place, and each has a comment: a table, of which the entries are counted.
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["**/*.d.ts"],
    rules: {
      // They describe what somebody else exports, and mcconfig takes but one file of them.
      "no-restricted-syntax": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/triple-slash-reference": "off",
    },
  },
  {
    files: ["test/**/*.test.ts"],
    rules: {
      "max-lines-per-function": "off", // a describe block is a chapter, not a function; the file's limit holds
    },
  },
);
