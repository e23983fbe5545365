export function fill(target) @ "xs_muster_entropy_fill";
