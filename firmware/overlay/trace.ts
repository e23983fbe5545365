import { concatBytes } from "../core/bytes.js";
import { avoidPrefixBytes, traceBytesMax } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import type { FindRequest } from "../wire/kinds/find.js";
import type { Outcome } from "./request.js";

/** The trace of a request that `self` passes on or answers: with its own prefix behind. Absent where none is wanted. */
export function traced(request: Pick<FindRequest, "trace">, self: NodeId): Pick<FindRequest, "trace"> {
  const { trace } = request;
  if (trace === undefined) return {};
  if (trace.length + avoidPrefixBytes > traceBytesMax) return { trace };
  return { trace: concatBytes(trace, self.subarray(0, avoidPrefixBytes)) };
}

/** The trace that an answer brought, copied: the answer is a view into its datagram. */
export function traceOf({ result }: Outcome): Uint8Array | undefined {
  const hasTrace = result.kind === "answered" && result.answer.type === "findAnswer";
  return hasTrace ? result.answer.trace?.slice() : undefined;
}
