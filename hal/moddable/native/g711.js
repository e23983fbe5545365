export function encode(law, samples, target, at) @ "xs_muster_g711_encode";
export function decode(law, codes, target, at) @ "xs_muster_g711_decode";
