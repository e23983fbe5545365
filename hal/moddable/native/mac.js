export function hmacSha1(target, key, parts) @ "xs_muster_hmacSha1";
export function hmacSha256(target, key, parts) @ "xs_muster_hmacSha256";
