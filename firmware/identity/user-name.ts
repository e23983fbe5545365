import { userDomainCharsMax, userNameCharsMax } from "../core/limits.js";

/**
 * Whether `text` can be a user name: 1 .. 32 of `a-z 0-9 . _ + -`, and after it, where wanted, `@` and a
 * domain of lower-case labels. Lower case only: names are hashed, and there is one way to write each.
 */
export function validUserName(text: string): boolean {
  const at = text.indexOf("@");
  const local = at < 0 ? text : text.slice(0, at);
  if (local.length > userNameCharsMax || !/^[a-z0-9._+-]+$/.test(local)) return false;
  return at < 0 || validDomain(text.slice(at + 1));
}

function validDomain(domain: string): boolean {
  if (domain.length > userDomainCharsMax) return false;
  return domain.split(".").every((label) => /^[a-z0-9-]+$/.test(label) && !/^-|-$/.test(label));
}
