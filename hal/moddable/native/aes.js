export function aesCtr(target, key, counter, bytes) @ "xs_muster_aesCtr";
