import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";
import { answerHeaderItems, readAnswerHeader, writeAnswerHeader, type AnswerHeader } from "./routed.js";

/** A status and nothing else, from a node that cannot form the answer of the request's type: `[15, header…]`. */
export interface ErrorAnswer extends AnswerHeader {
  readonly type: "errorAnswer";
}

export function encodeErrorAnswer(message: ErrorAnswer): Uint8Array {
  const writer = new CborWriter("error-answer").array(answerHeaderItems);
  writeAnswerHeader(writer, 15, message);
  return writer.finish();
}

export function readErrorAnswer(reader: CborReader): ErrorAnswer {
  return { type: "errorAnswer", ...readAnswerHeader(reader) };
}
