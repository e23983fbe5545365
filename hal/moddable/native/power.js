export function stayAwake() @ "xs_muster_power_stayAwake";
export function end(status) @ "xs_muster_power_end";
