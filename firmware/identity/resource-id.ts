import { idBytes, resourceId, type ResourceId } from "../core/node-id.js";
import { encodeText } from "../core/text.js";
import type { Crypto } from "../../hal/crypto.js";

/** What a resource belongs to; each class is a space of names of its own. */
export type ResourceClass = "user" | "node" | "inbox" | "service";

/**
 * Where the records of a name are stored, 16 B: a hash of Overlay-ID, class and name (text, or an identifier's bytes).
 * A zero byte ends the class, so that no class and name can be read as another class with a longer or shorter name.
 */
export function resourceIdOf(
  crypto: Crypto,
  overlayId: Uint8Array,
  resourceClass: ResourceClass,
  name: Uint8Array | string,
): ResourceId {
  const nameBytes = typeof name === "string" ? encodeText(name) : name;
  const hash = crypto.sha512(
    encodeText("Muster/1 res"),
    overlayId,
    encodeText(resourceClass),
    Uint8Array.of(0),
    nameBytes,
  );
  return resourceId(hash.slice(0, idBytes));
}
