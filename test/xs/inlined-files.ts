import { fileBytes, filesBelow, fileText } from "../support/file.js";

/** Which files the tests on XS read: vectors, the description of our messages, and what shows golden bytes. */
const texts = /\.(json|cddl|md)$/;

const pieceLength = 16_000;

function inlinedPaths(): string[] {
  const descriptions = filesBelow("firmware/").filter((path) => path.endsWith(".cddl"));
  return [...filesBelow("test/vectors/"), ...descriptions, "firmware/identity/README.md"];
}

/**
 * The module that stands for `test/support/file.ts` on XS: the same functions over the files' contents, texts as they
 * are, all else in base64.
 */
export function inlinedFiles(): string {
  const table = inlinedPaths().map((path): [string, string[]] => [
    path,
    pieces(texts.test(path) ? fileText(path) : Buffer.from(fileBytes(path)).toString("base64")),
  ]);
  return `
const contents = new Map(${JSON.stringify(table)});
const texts = ${String(texts)};

function contentOf(path) {
  const content = contents.get(path);
  if (content === undefined) throw new Error(path + " is not in the bundle: see test/xs/inlined-files.ts");
  return content;
}

export function fileText(path) {
  return texts.test(path) ? contentOf(path).join("") : Buffer.from(fileBytes(path)).toString();
}

const decoded = new Map();

export function fileBytes(path) {
  const encoding = texts.test(path) ? "utf8" : "base64";
  if (!decoded.has(path)) {
    decoded.set(path, Buffer.concat(contentOf(path).map((piece) => Buffer.from(piece, encoding))));
  }
  return new Uint8Array(decoded.get(path));
}

export function fileJson(path) {
  return JSON.parse(fileText(path));
}

export function filesBelow(folder) {
  return [...contents.keys()].filter((path) => path.startsWith(folder)).sort();
}

export function vectorNames(folder) {
  const path = "test/vectors/" + folder + "/";
  return filesBelow(path).map((name) => name.slice(path.length));
}
`;
}

/** A content in pieces: of text that fit into the buffer of XS's parser, of base64 that are decoded each by itself. */
function pieces(content: string): string[] {
  const count = Math.ceil(content.length / pieceLength);
  return Array.from({ length: count }, (_, i) => content.slice(i * pieceLength, (i + 1) * pieceLength));
}
